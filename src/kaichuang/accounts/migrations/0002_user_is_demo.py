from django.db import migrations, models

CREATE_CACHE = """
CREATE TABLE IF NOT EXISTS django_cache (
    cache_key varchar(255) NOT NULL PRIMARY KEY,
    value text NOT NULL,
    expires timestamp with time zone NOT NULL
);
CREATE INDEX IF NOT EXISTS django_cache_expires ON django_cache (expires);
"""
"""As `createcachetable` would make it: rate limits and used one-time codes live there, so `migrate` must suffice."""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="is_demo",
            field=models.BooleanField(default=False, verbose_name="演示账号"),
        ),
        migrations.RunSQL(sql=CREATE_CACHE, reverse_sql="DROP TABLE IF EXISTS django_cache"),
    ]
