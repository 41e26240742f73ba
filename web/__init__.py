"""Plain routes beside Streamlit: cookie, drafts, downloads, health, metrics; and the headers."""
