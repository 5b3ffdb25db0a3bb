import os
import sqlite3
import tempfile

path = os.path.join(tempfile.mkdtemp(), "shop.db")
with sqlite3.connect(path) as db:
    db.execute("create table item (name text primary key, count integer, price real)")
    db.executemany("insert into item values (?, ?, ?)",
                   [("apple", 10, 0.5), ("pear", 4, 0.75), ("plum", 100, 0.1)])
    db.commit()

db = sqlite3.connect(path)
db.row_factory = sqlite3.Row
for row in db.execute("select * from item order by name"):
    print(row["name"], row["count"], row["price"])
print(db.execute("select sum(count * price) from item").fetchone()[0])


def discount(price, count):
    return price * (0.9 if count > 50 else 1.0)


db.create_function("discount", 2, discount)
for name, price in db.execute(
        "select name, discount(price, count) from item order by price desc"):
    print(name, round(price, 4))


class Longest:
    def __init__(self):
        self.word = ""

    def step(self, word):
        if len(word) > len(self.word):
            self.word = word

    def finalize(self):
        return self.word


db.create_aggregate("longest", 1, Longest)
print(db.execute("select longest(name) from item").fetchone()[0])
try:
    db.execute("insert into item values ('apple', 1, 1)")
except sqlite3.IntegrityError as error:
    print(type(error).__name__, error)
try:
    db.execute("select * from nothing")
except sqlite3.OperationalError as error:
    print(type(error).__name__, error)
db.execute("update item set count = count + ? where name = ?", (5, "pear"))
print([tuple(row) for row in db.execute("select name, count from item where count < 20")])
db.close()
os.remove(path)
