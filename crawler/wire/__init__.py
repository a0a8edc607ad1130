"""Between the crawl and the network: middlewares, name resolution, TLS, robots.txt, WARC, Scrapy's settings."""
