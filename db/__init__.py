"""The database: how rows are stored. Knows nothing of Streamlit or of the business rules."""
