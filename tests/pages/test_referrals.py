"""Asking another department from a case, and answering in the client's file."""

import pytest
from sqlalchemy import select

from db.models import Referral
from db.session import Database
from services import referrals
from terms.people import Locale, Role
from terms.referrals import ReferralKind, ReferralState
from tests.make import make_client, make_policy, make_renewal, make_team
from tests.make.moment import AT
from tests.make.people import actor_of, make_company, make_staff
from tests.pages.conftest import OpenPage


@pytest.mark.parametrize(
    ("locale", "title"), [(Locale.ZH, "跨部门转办"), (Locale.EN, "Questions to other departments")]
)
def test_a_question_is_answered_in_the_clients_file(
    open_page: OpenPage, running: Database, locale: Locale, title: str
) -> None:
    with running.unaudited("test data") as opened:
        make_company(opened)
        asker = make_staff(opened, team=make_team(opened))
        other = make_staff(opened, roles=(Role.COMPLAINT_OFFICER,))
        client = make_client(opened, owner=asker, name="沈丽华")
        by, to = actor_of(opened, asker), actor_of(opened, other)
        number = client.number
    with running.transaction() as opened:
        referrals.ask(
            opened,
            actor=by,
            number=number,
            kind=ReferralKind.CLAIM_DOUBT,
            question="为何扣减？",
            to_staff_id=to.own_id,
            at=AT,
        )
    page = open_page("client", actor=to, locale=locale, id=number, view="talks")
    assert title in [one.value for one in page.subheader]
    assert "为何扣减？" in [one.value for one in page.text]
    with running.reading() as opened:
        referral_id = opened.scalars(select(Referral.id)).one()
    page.text_area(key=f"referring.text-{referral_id}").set_value("按条款扣除").run()
    page.button(key=f"referring.answer-{referral_id}").click().run()
    assert not page.exception
    with running.reading() as opened:
        assert opened.scalars(select(Referral.state)).one() is ReferralState.ANSWERED


def test_a_case_offers_to_ask_another_department(open_page: OpenPage, running: Database) -> None:
    with running.unaudited("test data") as opened:
        make_company(opened)
        staff = make_staff(opened, team=make_team(opened))
        client = make_client(opened, owner=staff)
        make_renewal(opened, policy=make_policy(opened, client=client), assignee=staff)
        actor = actor_of(opened, staff)
    page = open_page("renewals", actor=actor)
    page.button(key="referring.ask").click().run()
    assert not page.exception
    assert page.button(key="referring.go").disabled
