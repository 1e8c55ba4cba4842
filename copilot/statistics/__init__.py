"""Statistics: canonical tables in, figures out, and nothing else.

The rule of the room: a function here takes `Tables` and a `Scope` and gives back a `Result` of figures and
tables. It reads nothing but the tables, writes nothing, asks no language model, looks at no clock (the
analysis date comes from the data or the scope) and keeps no state. What is large is expressed in Ibis and
stays in the engine; pandas and numpy only see small results, at most one row per customer or per order.
"""
