"""Tests of Parlor; the folders mirror custom_components/parlor."""
