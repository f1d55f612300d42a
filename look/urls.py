from django.urls import path

from look import views

urlpatterns = [path("styleguide/", views.styleguide, name="styleguide")]
