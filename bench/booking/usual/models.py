"""Room, booking, and what the same promises need: opening hours, suspensions, quotas, a log."""

from __future__ import annotations

from django.db import models


class Room(models.Model):
    name = models.CharField(max_length=80)
    open_always = models.BooleanField(default=True)

    class Meta:
        app_label = "usual_booking"


class Booking(models.Model):
    room = models.ForeignKey(Room, models.PROTECT, related_name="bookings")
    party = models.BigIntegerField()
    start = models.DateTimeField()
    end = models.DateTimeField()
    state = models.CharField(max_length=12, default="confirmed")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "usual_booking"
        indexes = [models.Index(fields=["room", "start"]), models.Index(fields=["party", "start"])]


class Hours(models.Model):
    room = models.ForeignKey(Room, models.CASCADE)
    weekday = models.SmallIntegerField()

    class Meta:
        app_label = "usual_booking"


class Suspension(models.Model):
    party = models.BigIntegerField(db_index=True)
    until = models.DateField()

    class Meta:
        app_label = "usual_booking"


class Quota(models.Model):
    kind = models.CharField(max_length=20)
    limit = models.IntegerField()

    class Meta:
        app_label = "usual_booking"


class Log(models.Model):
    booking = models.ForeignKey(Booking, models.PROTECT)
    action = models.CharField(max_length=40)
    at = models.DateTimeField(auto_now_add=True)
    payload = models.JSONField(default=dict)

    class Meta:
        app_label = "usual_booking"
