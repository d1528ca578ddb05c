import superagent from 'superagent';

/** What Jest shows of an answer when a test fails: what the tests compare, and not all that supertest knows. */
superagent.Response.prototype.toJSON = function () {
  const { status, body, headers } = this;
  return {
    status,
    headers: {
      'content-type': headers['content-type'],
      'x-request-id': headers['x-request-id'],
    },
    body,
  };
};
