"""All SQL of the crawl: fetches, documents, frontier, portals, looks, states and figures."""
