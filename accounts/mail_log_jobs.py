"""The clock's part of the mail log."""

from procrastinate.contrib.django import app

from accounts import mail_log


@app.periodic(cron="41 4 * * *")
@app.task(name="accounts.mail_log_jobs.purge_mail_log", queue="default", pass_context=False)
def purge_mail_log(timestamp: int = 0) -> None:
    mail_log.purge()
