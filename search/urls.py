from django.urls import path

from search import views

urlpatterns = [
    path("search/", views.search, name="search"),
    path("search/palette/", views.palette, name="search_palette"),
]
