// @ts-check

/**
 * Bytes of logs, for installations that keep them in the database.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('log_streams', table => {
    table.comment(
      'One container of one attempt each; the bytes are in log_chunks',
    );
    table.bigIncrements('id').comment('Order in which streams began');
    table.string('build_id', 128).notNullable();
    table.string('attempt_id', 128).notNullable();
    table.string('container', 63).notNullable();
    table.bigInteger('size').notNullable().defaultTo(0).comment('Bytes');
    table.boolean('complete').notNullable().defaultTo(false);
    table.boolean('truncated').notNullable().defaultTo(false);
    table.boolean('purged').notNullable().defaultTo(false);
    table.unique(['build_id', 'attempt_id', 'container']);
  });
  await knex.schema.createTable('log_chunks', table => {
    table.comment('Bytes from start_offset to end_offset of a stream');
    table
      .bigInteger('stream_id')
      .notNullable()
      .references('id')
      .inTable('log_streams')
      .onDelete('CASCADE');
    table.bigInteger('start_offset').notNullable();
    table.bigInteger('end_offset').notNullable();
    table.binary('bytes').notNullable();
    table.primary(['stream_id', 'start_offset']);
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.dropTable('log_chunks');
  await knex.schema.dropTable('log_streams');
};
