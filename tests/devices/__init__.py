"""Tests of the room that speaks to devices."""
