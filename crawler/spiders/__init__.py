"""The Scrapy spiders: few, they drive the families."""
