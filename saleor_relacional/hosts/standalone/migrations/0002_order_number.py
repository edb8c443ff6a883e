from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("relacional_shop", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "CREATE SEQUENCE relacional_shop_order_number START 1001",
            "DROP SEQUENCE relacional_shop_order_number",
        ),
    ]
