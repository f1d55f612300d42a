from django.urls import path

from marketing.views import blog_post, cms_media, cms_page, crawling, home

urlpatterns = [
    path("", home.home, name="home"),
    path("blog/", blog_post.blog_post_list, name="blog_post_list"),
    path("blog/feed/", crawling.blog_feed, name="blog_feed"),
    path("blog/<slug:slug>/", blog_post.blog_post_detail, name="blog_post_detail"),
    path("pages/<slug:slug>/", cms_page.cms_page_detail, name="cms_page_detail"),
    path("media/<uuid:media_id>/", cms_media.cms_media_detail, name="cms_media_detail"),
    path("sitemap.xml", crawling.sitemap, name="sitemap"),
    path("robots.txt", crawling.robots, name="robots"),
]
