"""Classifies photos and gives disposal guidance for what they show."""
