"""The one place that strings stages together: from charter to version, from version to release."""
