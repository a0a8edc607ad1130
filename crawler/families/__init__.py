"""One module per CMS family: how it is recognized, lists and pages."""
