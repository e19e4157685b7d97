"""Pages of the businesses: parse a form, call an action or a query, show a template."""
