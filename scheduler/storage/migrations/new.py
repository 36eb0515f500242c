"""python -m scheduler.storage.migrations.new WORDS: what the tables have gained since the last one.

Writes the next migration from the difference between the migrations and the models, to be read and
mended by a person, and lets `schema.HEAD` name it.
"""

import re
import sys
from tempfile import TemporaryDirectory

from scheduler.storage import schema


def new_migration(words: str) -> str:
    """Path of the migration that was written. Raises ValueError where nothing has changed."""
    import sqlalchemy as sa
    from alembic import command
    from alembic.config import Config

    number = f"{int(schema.HEAD) + 1:04}"
    config = Config()
    config.set_main_option("script_location", str(schema.MIGRATIONS).replace("%", "%%"))
    name = re.sub(r"\W+", "_", words).strip("_").lower()
    config.set_main_option("file_template", f"{number}_{name}")
    with TemporaryDirectory() as folder:
        engine = sa.create_engine(f"sqlite:///{folder}/new.db")
        with engine.begin() as connection:
            schema.migrate(connection, "head")
            config.attributes["connection"] = connection
            title = words[:1].upper() + words[1:]
            command.revision(config, title, autogenerate=True, rev_id=number)
        engine.dispose()
    path = schema.MIGRATIONS / "versions" / f"{number}_{name}.py"
    source = path.read_text(encoding="utf-8")
    if "op." not in source.split("def upgrade")[1]:
        path.unlink()
        raise ValueError("The tables are as the migrations make them: nothing to write.")
    source = re.sub(r"\n +# #+ .*? #+", "", source)  # what the library says of itself
    path.write_text(source, encoding="utf-8")
    home = schema.MIGRATIONS.with_name("schema.py")
    text = home.read_text(encoding="utf-8").replace(f'HEAD = "{schema.HEAD}"', f'HEAD = "{number}"')
    home.write_text(text, encoding="utf-8")
    return str(path)


if __name__ == "__main__":
    print(new_migration(" ".join(sys.argv[1:]) or "another migration"))
