"""What a crawl *does*: run, spider, visits, harvest, scheduler, replay, progress."""
