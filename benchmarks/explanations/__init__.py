"""What is measured of the tests of reasons: worlds whose reasons are known."""
