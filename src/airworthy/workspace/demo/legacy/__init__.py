"""`airworthy demo legacy`: a company whose customers are spread over systems that disagree."""
