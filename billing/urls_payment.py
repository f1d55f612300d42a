"""Paying and invoices, under /o/<slug>/billing/."""

from django.urls import path

from billing.views import checkout, invoices

urlpatterns = [
    path("billing/payment/return/", checkout.checkout_return, name="checkout_return"),
    path("billing/payment/portal/", checkout.payment_portal, name="payment_portal"),
    path("billing/invoices/", invoices.invoice_list, name="invoice_list"),
    path("billing/invoices/<uuid:invoice_id>/", invoices.invoice_detail, name="invoice_detail"),
    path("billing/invoices/<uuid:invoice_id>/pdf/", invoices.invoice_pdf, name="invoice_pdf"),
]
