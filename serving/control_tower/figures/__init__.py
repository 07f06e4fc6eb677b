"""Figures: numbers in, charts out. Nothing here knows Streamlit, nor where numbers come from."""
