"""A code says of itself what belongs to its goods. Built and proven beside the work of others, each
step in a transaction of its own."""

from django.contrib.postgres.operations import (
    AddConstraintNotValid,
    AddIndexConcurrently,
    ValidateConstraint,
)
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("tracing", "0016_consumables_are_kept")]

    operations = [
        AddConstraintNotValid(
            model_name="tracecode",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("is_consumable", False),
                        ("prod_code__isnull", False),
                        ("expy_end__isnull", True),
                        ("is_lot__isnull", True),
                        ("manu_date__isnull", True),
                        ("manu_lotnum__isnull", True),
                        ("udi_di__isnull", True),
                    ),
                    models.Q(
                        ("is_consumable", True),
                        ("prod_code__isnull", True),
                        ("is_lot__isnull", False),
                        ("manu_date__isnull", False),
                        ("manu_lotnum__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="tracecode_of_its_goods",
            ),
        ),
        ValidateConstraint("tracecode", "tracecode_of_its_goods"),
        AddIndexConcurrently(
            model_name="tracecode",
            index=models.Index(
                condition=models.Q(("is_consumable", True), ("voided_at__isnull", True)),
                fields=["unit", "med_list_codg", "udi_di", "code"],
                name="tracecode_device",
            ),
        ),
    ]
