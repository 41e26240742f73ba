"""Streamlit that more than one page needs: the shell, the way to the data, the menu, components."""
