"""The views of ``/client?id=``: one client's file."""
