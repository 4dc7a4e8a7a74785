"""Several machines share the work: a queue in PostgreSQL by procrastinate.

Nothing in the queue is worth keeping: a task says *look after this stream*, and what
was read is known to Odoo alone. So a task that is lost is made again, and one that is
done twice changes nothing.
"""
