"""The field's words as code: every state, kind and outcome that is stored by name.

The lowest layer: pure enums, importable from rules, models and words alike. What each is called
on screen stands in ``words/``; what each means, in ``docs/glossary.md``.
"""
