"""What lies beside a charter: one folder for all that Airworthy keeps."""

HOME = ".airworthy"
