SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
CREATE SCHEMA of_the_dump;
SET default_tablespace = '';
SET default_table_access_method = heap;
CREATE TABLE of_the_dump.definition (
    number bigint NOT NULL,
    hash character varying NOT NULL,
    plan character varying NOT NULL,
    description text NOT NULL
);
CREATE SEQUENCE of_the_dump.definition_number_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE of_the_dump.definition_number_seq OWNED BY of_the_dump.definition.number;
CREATE TABLE of_the_dump.graphagent (
    schema_version integer NOT NULL
);
CREATE TABLE of_the_dump.memory (
    number bigint NOT NULL,
    space character varying NOT NULL,
    user_id character varying NOT NULL,
    id character varying NOT NULL,
    version integer NOT NULL,
    operation character varying NOT NULL,
    memory text,
    topics text,
    input text,
    is_current boolean NOT NULL,
    run character varying,
    seq integer,
    place integer,
    at bigint NOT NULL
);
CREATE SEQUENCE of_the_dump.memory_number_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE of_the_dump.memory_number_seq OWNED BY of_the_dump.memory.number;
CREATE TABLE of_the_dump.memory_words (
    number bigint NOT NULL,
    words tsvector NOT NULL
);
CREATE TABLE of_the_dump.outbox (
    run bigint NOT NULL,
    seq integer NOT NULL
);
CREATE TABLE of_the_dump.request (
    number bigint NOT NULL,
    run bigint NOT NULL,
    seq integer NOT NULL,
    call character varying NOT NULL,
    kind character varying NOT NULL,
    tool character varying NOT NULL,
    arguments text NOT NULL,
    digest character varying NOT NULL,
    fields text,
    status character varying NOT NULL,
    asked_at bigint NOT NULL,
    expires_at bigint,
    decided_at bigint,
    decided_by character varying,
    note text
);
CREATE SEQUENCE of_the_dump.request_number_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE of_the_dump.request_number_seq OWNED BY of_the_dump.request.number;
CREATE TABLE of_the_dump.run (
    number bigint NOT NULL,
    id character varying NOT NULL,
    space character varying NOT NULL,
    session_id character varying NOT NULL,
    user_id character varying,
    agent_id character varying NOT NULL,
    agent_name character varying,
    definition bigint NOT NULL,
    parent_id character varying,
    parent_seq integer,
    state character varying NOT NULL,
    seq integer NOT NULL,
    owner character varying,
    epoch integer NOT NULL,
    lease_until bigint NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL
);
CREATE SEQUENCE of_the_dump.run_number_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE of_the_dump.run_number_seq OWNED BY of_the_dump.run.number;
CREATE TABLE of_the_dump.session (
    number bigint NOT NULL,
    space character varying NOT NULL,
    id character varying NOT NULL,
    user_id character varying,
    name character varying,
    state text,
    version integer NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint
);
CREATE SEQUENCE of_the_dump.session_number_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE of_the_dump.session_number_seq OWNED BY of_the_dump.session.number;
CREATE TABLE of_the_dump.step (
    run bigint NOT NULL,
    seq integer NOT NULL,
    trigger character varying NOT NULL,
    state character varying NOT NULL,
    at bigint NOT NULL,
    data text,
    messages text
);
CREATE TABLE of_the_dump.summary (
    number bigint NOT NULL,
    space character varying NOT NULL,
    user_id character varying NOT NULL,
    session_id character varying NOT NULL,
    summary text NOT NULL,
    topics text,
    run character varying NOT NULL,
    seq integer NOT NULL,
    at bigint NOT NULL
);
CREATE SEQUENCE of_the_dump.summary_number_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE of_the_dump.summary_number_seq OWNED BY of_the_dump.summary.number;
ALTER TABLE ONLY of_the_dump.definition ALTER COLUMN number SET DEFAULT nextval('of_the_dump.definition_number_seq'::regclass);
ALTER TABLE ONLY of_the_dump.memory ALTER COLUMN number SET DEFAULT nextval('of_the_dump.memory_number_seq'::regclass);
ALTER TABLE ONLY of_the_dump.request ALTER COLUMN number SET DEFAULT nextval('of_the_dump.request_number_seq'::regclass);
ALTER TABLE ONLY of_the_dump.run ALTER COLUMN number SET DEFAULT nextval('of_the_dump.run_number_seq'::regclass);
ALTER TABLE ONLY of_the_dump.session ALTER COLUMN number SET DEFAULT nextval('of_the_dump.session_number_seq'::regclass);
ALTER TABLE ONLY of_the_dump.summary ALTER COLUMN number SET DEFAULT nextval('of_the_dump.summary_number_seq'::regclass);
INSERT INTO of_the_dump.definition VALUES (1, 'c5b1bb1b097623d744d748cc3def175e43b456b4aa337c9fbc3b7dee7a819c5b', 'cancelled completed confirm doubt external failed input model ready respond tool', '{"plan":["cancelled","completed","confirm","doubt","external","failed","input","model","ready","respond","tool"],"tools":{"buy":{"gate":"confirm","policy":"once","parameters":{"additionalProperties":false,"properties":{"amount":{"type":"integer"}},"required":["amount"],"type":"object"}},"charge":{"gate":null,"policy":"once","parameters":{"additionalProperties":false,"properties":{"amount":{"type":"integer"}},"required":["amount"],"type":"object"}},"get_user_input":{"gate":"input","policy":"read","parameters":{"$defs":{"AskedField":{"additionalProperties":false,"description":"One value to ask for.","properties":{"field_name":{"type":"string"},"field_type":{"type":"string"},"field_description":{"default":"","type":"string"}},"required":["field_name","field_type"],"title":"AskedField","type":"object"}},"additionalProperties":false,"properties":{"user_input_fields":{"items":{"$ref":"#/$defs/AskedField"},"type":"array","description":"What to ask for. A field_type is one of str, int, float, bool, list, dict, date, time,\ndatetime."}},"required":["user_input_fields"],"type":"object"}},"look":{"gate":null,"policy":"read","parameters":{"additionalProperties":false,"properties":{"amount":{"type":"integer"}},"required":["amount"],"type":"object"}},"mail":{"gate":"input","policy":"once","parameters":{"additionalProperties":false,"properties":{"amount":{"type":"integer"}},"required":["amount"],"type":"object"},"form":{"additionalProperties":false,"properties":{"amount":{"type":"integer"},"to":{"type":"string"}},"required":["amount","to"],"type":"object"}},"note":{"gate":null,"policy":"idempotent","parameters":{"additionalProperties":false,"properties":{"amount":{"type":"integer"}},"required":["amount"],"type":"object"}},"order":{"gate":"external","policy":"once","parameters":{"additionalProperties":false,"properties":{"amount":{"type":"integer"}},"required":["amount"],"type":"object"}},"pay":{"gate":"confirm","policy":"once","parameters":{"additionalProperties":false,"properties":{"amount":{"type":"integer"}},"required":["amount"],"type":"object"}},"send":{"gate":null,"policy":"probe","parameters":{"additionalProperties":false,"properties":{"amount":{"type":"integer"}},"required":["amount"],"type":"object"}}}}');
INSERT INTO of_the_dump.graphagent VALUES (3);
INSERT INTO of_the_dump.request VALUES (1, 4, 2, 'pay0', 'confirm', 'pay', '{"amount":1}', 'a048dd6ce2f11e017ccf53b2e038015230101e759bb7a5257581d52a77c9d17f', NULL, 'cancelled', 1795388626414132, NULL, 1795388626432739, NULL, NULL);
INSERT INTO of_the_dump.request VALUES (2, 5, 2, 'pay0', 'confirm', 'pay', '{"amount":1}', 'a048dd6ce2f11e017ccf53b2e038015230101e759bb7a5257581d52a77c9d17f', NULL, 'pending', 1795388626789542, NULL, NULL, NULL, NULL);
INSERT INTO of_the_dump.request VALUES (3, 6, 2, 'mail0', 'input', 'mail', '{"amount":1}', '9b9f1cd28140c2dde7ed5c6d2381fe05b1c331258d301e218a28906daf08d6e9', '[{"name":"amount","field_type":"int","description":null,"value":1,"required":true},{"name":"to","field_type":"str","description":null,"value":null,"required":true}]', 'pending', 1795388627094023, NULL, NULL, NULL, NULL);
INSERT INTO of_the_dump.request VALUES (4, 7, 2, 'get_user_input0', 'input', 'get_user_input', '{"user_input_fields":[{"field_name":"seat","field_type":"str","field_description":"Which one."}]}', '48189442151d0d61c36ae71baed109152af1406a67099cf66728afc2e53de8c3', '[{"name":"seat","field_type":"str","description":"Which one.","value":null,"required":true}]', 'pending', 1795388627379405, NULL, NULL, NULL, NULL);
INSERT INTO of_the_dump.request VALUES (5, 8, 2, 'order0', 'external', 'order', '{"amount":1}', '4da102ee70de7f9f84eb2035a417a9ad0aaa4e0e0558317b2e8b1f4efeedd123', NULL, 'pending', 1795388627671996, NULL, NULL, NULL, NULL);
INSERT INTO of_the_dump.request VALUES (6, 9, 2, 'pay0', 'confirm', 'pay', '{"amount":2}', 'd601cc3b79bd595adcc7fb4352ab7a830a35d419922edba0ae7d68575f9741d7', NULL, 'pending', 1795388627998611, NULL, NULL, NULL, NULL);
INSERT INTO of_the_dump.request VALUES (7, 9, 2, 'mail0', 'input', 'mail', '{"amount":3}', '0170e6563984316ff3e14bab577b0772803dd50c82987df72b16b8186ceed7b3', '[{"name":"amount","field_type":"int","description":null,"value":3,"required":true},{"name":"to","field_type":"str","description":null,"value":null,"required":true}]', 'pending', 1795388627998611, NULL, NULL, NULL, NULL);
INSERT INTO of_the_dump.request VALUES (8, 9, 2, 'order0', 'external', 'order', '{"amount":4}', 'f57c8b6574bb1971037e4867ee3457313ccc0c6d7ceb813c9adb2a8b256872a1', NULL, 'pending', 1795388627998611, NULL, NULL, NULL, NULL);
INSERT INTO of_the_dump.request VALUES (11, 10, 2, 'order0', 'external', 'order', '{"amount":4}', 'f57c8b6574bb1971037e4867ee3457313ccc0c6d7ceb813c9adb2a8b256872a1', NULL, 'pending', 1795388628347482, NULL, NULL, NULL, NULL);
INSERT INTO of_the_dump.request VALUES (9, 10, 2, 'pay0', 'confirm', 'pay', '{"amount":2}', 'd601cc3b79bd595adcc7fb4352ab7a830a35d419922edba0ae7d68575f9741d7', NULL, 'approved', 1795388628347482, NULL, 1795388628356731, 'bob', 'fine');
INSERT INTO of_the_dump.request VALUES (10, 10, 2, 'mail0', 'input', 'mail', '{"amount":3}', '0170e6563984316ff3e14bab577b0772803dd50c82987df72b16b8186ceed7b3', '[{"name":"amount","field_type":"int","description":null,"value":3,"required":true},{"name":"to","field_type":"str","description":null,"value":null,"required":true}]', 'answered', 1795388628347482, NULL, 1795388628374053, 'bob', NULL);
INSERT INTO of_the_dump.request VALUES (12, 11, 4, 'pay1', 'confirm', 'pay', '{"amount":2}', 'd601cc3b79bd595adcc7fb4352ab7a830a35d419922edba0ae7d68575f9741d7', NULL, 'pending', 1795388628637749, NULL, NULL, NULL, NULL);
INSERT INTO of_the_dump.request VALUES (13, 12, 2, 'buy0', 'confirm', 'buy', '{"amount":1}', '1656349cf0e984fbeeb293a9af6d53bdbedd558e00e9605cb40d6c02e02265a6', NULL, 'pending', 1795388628939616, 1795388628940616, NULL, NULL, NULL);
INSERT INTO of_the_dump.request VALUES (14, 13, 3, 'charge0', 'doubt', 'charge', '{"amount":1}', 'b979c3e65e1c40753450e00903a436af91e82284f2ed52bddf81b534adba7ba3', NULL, 'pending', 1795388629666269, NULL, NULL, NULL, NULL);
INSERT INTO of_the_dump.run VALUES (1, '01a20580-519a-7697-a006-513cce791873', 'runs', 'answered', NULL, 'parker', 'parker', 1, NULL, NULL, 'completed', 3, NULL, 0, 0, 1795388625386410, 1795388625449415);
INSERT INTO of_the_dump.run VALUES (13, '01a20580-60da-7c61-9df4-de5dc13a74ba', 'runs', 'doubt', NULL, 'parker', 'parker', 1, NULL, NULL, 'doubt', 3, NULL, 1, 0, 1795388629288310, 1795388629666269);
INSERT INTO of_the_dump.run VALUES (14, '01a20580-636e-73c8-a1cd-e28c12ec7059', 'runs', 'once', NULL, 'parker', 'parker', 1, NULL, NULL, 'tool', 2, 'vm/fc627d95/4026531836 6039 1743493 1', 0, 1795388659942410, 1795388629924715, 1795388629942410);
INSERT INTO of_the_dump.run VALUES (15, '01a20580-6489-714d-8e8f-a69e42785bfb', 'runs', 'read', NULL, 'parker', 'parker', 1, NULL, NULL, 'tool', 2, 'vm/fc627d95/4026531836 6042 1743520 1', 0, 1795388660237132, 1795388630220184, 1795388630237132);
INSERT INTO of_the_dump.run VALUES (16, '01a20580-65ba-7748-a733-52bd7f8b1c19', 'runs', 'idempotent', NULL, 'parker', 'parker', 1, NULL, NULL, 'tool', 2, 'vm/fc627d95/4026531836 6045 1743550 1', 0, 1795388660536196, 1795388630520062, 1795388630536196);
INSERT INTO of_the_dump.run VALUES (2, '01a20580-52e2-7799-8ae0-9ddbec92bbdb', 'runs', 'called', NULL, 'parker', 'parker', 1, NULL, NULL, 'completed', 10, NULL, 0, 0, 1795388625689983, 1795388625725704);
INSERT INTO of_the_dump.run VALUES (3, '01a20580-5441-7e9e-8a17-d3d77a86c6b9', 'runs', 'failed', NULL, 'parker', 'parker', 1, NULL, NULL, 'failed', 2, NULL, 0, 0, 1795388626061242, 1795388626077659);
INSERT INTO of_the_dump.run VALUES (4, '01a20580-5596-701f-bfeb-c017cfa51bc6', 'runs', 'cancelled', NULL, 'parker', 'parker', 1, NULL, NULL, 'cancelled', 3, NULL, 0, 0, 1795388626393672, 1795388626432739);
INSERT INTO of_the_dump.run VALUES (5, '01a20580-5705-74ee-be4d-e0dccc8083b3', 'runs', 'confirm', NULL, 'parker', 'parker', 1, NULL, NULL, 'confirm', 2, NULL, 0, 0, 1795388626775142, 1795388626789542);
INSERT INTO of_the_dump.run VALUES (6, '01a20580-5842-7bc7-82ea-cd899ddbe472', 'runs', 'input', NULL, 'parker', 'parker', 1, NULL, NULL, 'input', 2, NULL, 0, 0, 1795388627074059, 1795388627094023);
INSERT INTO of_the_dump.run VALUES (7, '01a20580-5964-70e0-b40a-04c08b8d9aad', 'runs', 'form', NULL, 'parker', 'parker', 1, NULL, NULL, 'input', 2, NULL, 0, 0, 1795388627361001, 1795388627379405);
INSERT INTO of_the_dump.run VALUES (8, '01a20580-5a8f-7ca3-ac4e-f3d4999b0732', 'runs', 'external', NULL, 'parker', 'parker', 1, NULL, NULL, 'external', 2, NULL, 0, 0, 1795388627659461, 1795388627671996);
INSERT INTO of_the_dump.run VALUES (17, '01a20580-66f0-7fdb-8129-cfa4a7f19905', 'runs', 'happened', NULL, 'parker', 'parker', 1, NULL, NULL, 'tool', 2, 'vm/fc627d95/4026531836 6048 1743580 1', 0, 1795388660848337, 1795388630829557, 1795388630848337);
INSERT INTO of_the_dump.run VALUES (9, '01a20580-5bc7-7958-a901-e60a9991e810', 'runs', 'each', NULL, 'parker', 'parker', 1, NULL, NULL, 'confirm', 3, NULL, 0, 0, 1795388627978728, 1795388628004598);
INSERT INTO of_the_dump.run VALUES (18, '01a20580-6828-715d-912b-b2e0647e880a', 'runs', 'unknown', NULL, 'parker', 'parker', 1, NULL, NULL, 'tool', 2, 'vm/fc627d95/4026531836 6051 1743611 1', 0, 1795388661164992, 1795388631145931, 1795388631164992);
INSERT INTO of_the_dump.run VALUES (10, '01a20580-5d1e-7a16-b3f0-8c1f2649bf19', 'runs', 'decided', NULL, 'parker', 'parker', 1, NULL, NULL, 'external', 5, NULL, 0, 0, 1795388628332313, 1795388628374053);
INSERT INTO of_the_dump.run VALUES (11, '01a20580-5e5a-791e-a04e-711e29312642', 'runs', 'rounds', NULL, 'parker', 'parker', 1, NULL, NULL, 'confirm', 4, NULL, 0, 0, 1795388628619232, 1795388628637749);
INSERT INTO of_the_dump.run VALUES (12, '01a20580-5f7a-77d0-9271-038637cc4161', 'runs', 'expired', NULL, 'parker', 'parker', 1, NULL, NULL, 'confirm', 2, NULL, 0, 0, 1795388628922192, 1795388628939616);
INSERT INTO of_the_dump.run VALUES (19, '01a20580-6954-7b42-b254-746f4f841ac7', 'runs', 'side by side', NULL, 'parker', 'parker', 1, NULL, NULL, 'tool', 4, 'vm/fc627d95/4026531836 6054 1743642 1', 0, 1795388661471485, 1795388631445335, 1795388631471485);
INSERT INTO of_the_dump.run VALUES (20, '01a20580-6a7f-759b-94d2-00e41f92e250', 'runs', 'asking', NULL, 'parker', 'parker', 1, NULL, NULL, 'model', 3, 'vm/fc627d95/4026531836 6059 1743673 1', 0, 1795388661753879, 1795388631733853, 1795388631753879);
INSERT INTO of_the_dump.session VALUES (1, 'runs', 'answered', NULL, NULL, NULL, 0, 1795388625386410, NULL);
INSERT INTO of_the_dump.session VALUES (2, 'runs', 'called', NULL, NULL, NULL, 0, 1795388625689983, NULL);
INSERT INTO of_the_dump.session VALUES (3, 'runs', 'failed', NULL, NULL, NULL, 0, 1795388626061242, NULL);
INSERT INTO of_the_dump.session VALUES (4, 'runs', 'cancelled', NULL, NULL, NULL, 0, 1795388626393672, NULL);
INSERT INTO of_the_dump.session VALUES (5, 'runs', 'confirm', NULL, NULL, NULL, 0, 1795388626775142, NULL);
INSERT INTO of_the_dump.session VALUES (6, 'runs', 'input', NULL, NULL, NULL, 0, 1795388627074059, NULL);
INSERT INTO of_the_dump.session VALUES (7, 'runs', 'form', NULL, NULL, NULL, 0, 1795388627361001, NULL);
INSERT INTO of_the_dump.session VALUES (8, 'runs', 'external', NULL, NULL, NULL, 0, 1795388627659461, NULL);
INSERT INTO of_the_dump.session VALUES (9, 'runs', 'each', NULL, NULL, NULL, 0, 1795388627978728, NULL);
INSERT INTO of_the_dump.session VALUES (10, 'runs', 'decided', NULL, NULL, NULL, 0, 1795388628332313, NULL);
INSERT INTO of_the_dump.session VALUES (11, 'runs', 'rounds', NULL, NULL, NULL, 0, 1795388628619232, NULL);
INSERT INTO of_the_dump.session VALUES (12, 'runs', 'expired', NULL, NULL, NULL, 0, 1795388628922192, NULL);
INSERT INTO of_the_dump.session VALUES (13, 'runs', 'doubt', NULL, NULL, NULL, 0, 1795388629288310, NULL);
INSERT INTO of_the_dump.session VALUES (14, 'runs', 'once', NULL, NULL, NULL, 0, 1795388629924715, NULL);
INSERT INTO of_the_dump.session VALUES (15, 'runs', 'read', NULL, NULL, NULL, 0, 1795388630220184, NULL);
INSERT INTO of_the_dump.session VALUES (16, 'runs', 'idempotent', NULL, NULL, NULL, 0, 1795388630520062, NULL);
INSERT INTO of_the_dump.session VALUES (17, 'runs', 'happened', NULL, NULL, NULL, 0, 1795388630829557, NULL);
INSERT INTO of_the_dump.session VALUES (18, 'runs', 'unknown', NULL, NULL, NULL, 0, 1795388631145931, NULL);
INSERT INTO of_the_dump.session VALUES (19, 'runs', 'side by side', NULL, NULL, NULL, 0, 1795388631445335, NULL);
INSERT INTO of_the_dump.session VALUES (20, 'runs', 'asking', NULL, NULL, NULL, 0, 1795388631733853, NULL);
INSERT INTO of_the_dump.step VALUES (1, 1, 'begin', 'model', 1795388625386410, '{"preamble":275}', '{"role":"system","content":"Use get_user_input whenever you lack something that only the user knows, instead of guessing or asking in your answer.\nAsk for all that is missing in one call, each thing a field with a clear description. Do not ask for what you have been told."},{"role":"user","content":"answered"}');
INSERT INTO of_the_dump.step VALUES (1, 2, 'reply', 'respond', 1795388625449361, '{}', '{"role":"assistant","content":"nothing"}');
INSERT INTO of_the_dump.step VALUES (1, 3, 'finish', 'completed', 1795388625449415, NULL, NULL);
INSERT INTO of_the_dump.step VALUES (2, 1, 'begin', 'model', 1795388625689983, '{"preamble":275}', '{"role":"system","content":"Use get_user_input whenever you lack something that only the user knows, instead of guessing or asking in your answer.\nAsk for all that is missing in one call, each thing a field with a clear description. Do not ask for what you have been told."},{"role":"user","content":"called"}');
INSERT INTO of_the_dump.step VALUES (2, 2, 'call', 'tool', 1795388625705710, '{"calls":{"look0":{"policy":"read"},"note0":{"policy":"idempotent"}}}', '{"role":"assistant","content":null,"tool_calls":[{"id":"look0","type":"function","function":{"name":"look","arguments":"{\"amount\":1}"}},{"id":"note0","type":"function","function":{"name":"note","arguments":"{\"amount\":2}"}}]}');
INSERT INTO of_the_dump.step VALUES (2, 3, 'start', 'tool', 1795388625712989, '{"call":"look0"}', NULL);
INSERT INTO of_the_dump.step VALUES (2, 4, 'start', 'tool', 1795388625715874, '{"call":"note0"}', NULL);
INSERT INTO of_the_dump.step VALUES (2, 5, 'result', 'tool', 1795388625718315, '{"call":"look0"}', '{"role":"tool","tool_call_id":"look0","content":"saw 1"}');
INSERT INTO of_the_dump.step VALUES (2, 6, 'result', 'model', 1795388625720035, '{"call":"note0"}', '{"role":"tool","tool_call_id":"note0","content":"noted 2"}');
INSERT INTO of_the_dump.step VALUES (2, 7, 'call', 'tool', 1795388625722041, '{}', '{"role":"assistant","content":null,"tool_calls":[{"id":"charge1","type":"function","function":{"name":"charge","arguments":"{\"amount\":3}"}}]}');
INSERT INTO of_the_dump.step VALUES (2, 8, 'result', 'model', 1795388625724009, '{"call":"charge1"}', '{"role":"tool","tool_call_id":"charge1","content":"charged 3"}');
INSERT INTO of_the_dump.step VALUES (2, 9, 'reply', 'respond', 1795388625725676, '{}', '{"role":"assistant","content":"saw 1; noted 2; charged 3"}');
INSERT INTO of_the_dump.step VALUES (2, 10, 'finish', 'completed', 1795388625725704, NULL, NULL);
INSERT INTO of_the_dump.step VALUES (3, 1, 'begin', 'model', 1795388626061242, '{"preamble":275}', '{"role":"system","content":"Use get_user_input whenever you lack something that only the user knows, instead of guessing or asking in your answer.\nAsk for all that is missing in one call, each thing a field with a clear description. Do not ask for what you have been told."},{"role":"user","content":"failed"}');
INSERT INTO of_the_dump.step VALUES (3, 2, 'fail', 'failed', 1795388626077659, '{"error":{"type":"ModelConnectionError","message":"nobody answers"}}', NULL);
INSERT INTO of_the_dump.step VALUES (4, 1, 'begin', 'model', 1795388626393672, '{"preamble":275}', '{"role":"system","content":"Use get_user_input whenever you lack something that only the user knows, instead of guessing or asking in your answer.\nAsk for all that is missing in one call, each thing a field with a clear description. Do not ask for what you have been told."},{"role":"user","content":"cancelled"}');
INSERT INTO of_the_dump.step VALUES (4, 2, 'call', 'confirm', 1795388626414132, '{"calls":{"pay0":{"gate":"confirm"}}}', '{"role":"assistant","content":null,"tool_calls":[{"id":"pay0","type":"function","function":{"name":"pay","arguments":"{\"amount\":1}"}}]}');
INSERT INTO of_the_dump.step VALUES (4, 3, 'cancel', 'cancelled', 1795388626432739, '{"reason":"The run was cancelled."}', NULL);
INSERT INTO of_the_dump.step VALUES (5, 1, 'begin', 'model', 1795388626775142, '{"preamble":275}', '{"role":"system","content":"Use get_user_input whenever you lack something that only the user knows, instead of guessing or asking in your answer.\nAsk for all that is missing in one call, each thing a field with a clear description. Do not ask for what you have been told."},{"role":"user","content":"confirm"}');
INSERT INTO of_the_dump.step VALUES (5, 2, 'call', 'confirm', 1795388626789542, '{"calls":{"pay0":{"gate":"confirm"}}}', '{"role":"assistant","content":null,"tool_calls":[{"id":"pay0","type":"function","function":{"name":"pay","arguments":"{\"amount\":1}"}}]}');
INSERT INTO of_the_dump.step VALUES (6, 1, 'begin', 'model', 1795388627074059, '{"preamble":275}', '{"role":"system","content":"Use get_user_input whenever you lack something that only the user knows, instead of guessing or asking in your answer.\nAsk for all that is missing in one call, each thing a field with a clear description. Do not ask for what you have been told."},{"role":"user","content":"input"}');
INSERT INTO of_the_dump.step VALUES (6, 2, 'call', 'input', 1795388627094023, '{"calls":{"mail0":{"gate":"input","fields":[{"name":"amount","field_type":"int","description":null,"value":1,"required":true},{"name":"to","field_type":"str","description":null,"value":null,"required":true}]}}}', '{"role":"assistant","content":null,"tool_calls":[{"id":"mail0","type":"function","function":{"name":"mail","arguments":"{\"amount\":1}"}}]}');
INSERT INTO of_the_dump.step VALUES (7, 1, 'begin', 'model', 1795388627361001, '{"preamble":275}', '{"role":"system","content":"Use get_user_input whenever you lack something that only the user knows, instead of guessing or asking in your answer.\nAsk for all that is missing in one call, each thing a field with a clear description. Do not ask for what you have been told."},{"role":"user","content":"form"}');
INSERT INTO of_the_dump.step VALUES (7, 2, 'call', 'input', 1795388627379405, '{"calls":{"get_user_input0":{"gate":"input","policy":"read","fields":[{"name":"seat","field_type":"str","description":"Which one.","value":null,"required":true}],"asks":true}}}', '{"role":"assistant","content":null,"tool_calls":[{"id":"get_user_input0","type":"function","function":{"name":"get_user_input","arguments":"{\"user_input_fields\":[{\"field_name\":\"seat\",\"field_type\":\"str\",\"field_description\":\"Which one.\"}]}"}}]}');
INSERT INTO of_the_dump.step VALUES (8, 1, 'begin', 'model', 1795388627659461, '{"preamble":275}', '{"role":"system","content":"Use get_user_input whenever you lack something that only the user knows, instead of guessing or asking in your answer.\nAsk for all that is missing in one call, each thing a field with a clear description. Do not ask for what you have been told."},{"role":"user","content":"external"}');
INSERT INTO of_the_dump.step VALUES (8, 2, 'call', 'external', 1795388627671996, '{"calls":{"order0":{"gate":"external"}}}', '{"role":"assistant","content":null,"tool_calls":[{"id":"order0","type":"function","function":{"name":"order","arguments":"{\"amount\":1}"}}]}');
INSERT INTO of_the_dump.step VALUES (9, 1, 'begin', 'model', 1795388627978728, '{"preamble":275}', '{"role":"system","content":"Use get_user_input whenever you lack something that only the user knows, instead of guessing or asking in your answer.\nAsk for all that is missing in one call, each thing a field with a clear description. Do not ask for what you have been told."},{"role":"user","content":"each"}');
INSERT INTO of_the_dump.step VALUES (9, 2, 'call', 'tool', 1795388627998611, '{"calls":{"look0":{"policy":"read"},"pay0":{"gate":"confirm"},"mail0":{"gate":"input","fields":[{"name":"amount","field_type":"int","description":null,"value":3,"required":true},{"name":"to","field_type":"str","description":null,"value":null,"required":true}]},"order0":{"gate":"external"}}}', '{"role":"assistant","content":null,"tool_calls":[{"id":"look0","type":"function","function":{"name":"look","arguments":"{\"amount\":1}"}},{"id":"pay0","type":"function","function":{"name":"pay","arguments":"{\"amount\":2}"}},{"id":"mail0","type":"function","function":{"name":"mail","arguments":"{\"amount\":3}"}},{"id":"order0","type":"function","function":{"name":"order","arguments":"{\"amount\":4}"}}]}');
INSERT INTO of_the_dump.step VALUES (9, 3, 'result', 'confirm', 1795388628004598, '{"call":"look0"}', '{"role":"tool","tool_call_id":"look0","content":"saw 1"}');
INSERT INTO of_the_dump.step VALUES (19, 4, 'start', 'tool', 1795388631471485, '{"call":"charge0"}', NULL);
INSERT INTO of_the_dump.step VALUES (10, 1, 'begin', 'model', 1795388628332313, '{"preamble":275}', '{"role":"system","content":"Use get_user_input whenever you lack something that only the user knows, instead of guessing or asking in your answer.\nAsk for all that is missing in one call, each thing a field with a clear description. Do not ask for what you have been told."},{"role":"user","content":"decided"}');
INSERT INTO of_the_dump.step VALUES (10, 2, 'call', 'tool', 1795388628347482, '{"calls":{"look0":{"policy":"read"},"pay0":{"gate":"confirm"},"mail0":{"gate":"input","fields":[{"name":"amount","field_type":"int","description":null,"value":3,"required":true},{"name":"to","field_type":"str","description":null,"value":null,"required":true}]},"order0":{"gate":"external"}}}', '{"role":"assistant","content":null,"tool_calls":[{"id":"look0","type":"function","function":{"name":"look","arguments":"{\"amount\":1}"}},{"id":"pay0","type":"function","function":{"name":"pay","arguments":"{\"amount\":2}"}},{"id":"mail0","type":"function","function":{"name":"mail","arguments":"{\"amount\":3}"}},{"id":"order0","type":"function","function":{"name":"order","arguments":"{\"amount\":4}"}}]}');
INSERT INTO of_the_dump.step VALUES (10, 3, 'result', 'confirm', 1795388628352858, '{"call":"look0"}', '{"role":"tool","tool_call_id":"look0","content":"saw 1"}');
INSERT INTO of_the_dump.step VALUES (10, 4, 'approve', 'input', 1795388628356731, '{"call":"pay0","digest":"d601cc3b79bd595adcc7fb4352ab7a830a35d419922edba0ae7d68575f9741d7","by":"bob","note":"fine"}', NULL);
INSERT INTO of_the_dump.step VALUES (10, 5, 'answer', 'external', 1795388628374053, '{"call":"mail0","digest":"0170e6563984316ff3e14bab577b0772803dd50c82987df72b16b8186ceed7b3","by":"bob","arguments":"{\"amount\":3,\"to\":\"ann\"}"}', NULL);
INSERT INTO of_the_dump.step VALUES (11, 1, 'begin', 'model', 1795388628619232, '{"preamble":275}', '{"role":"system","content":"Use get_user_input whenever you lack something that only the user knows, instead of guessing or asking in your answer.\nAsk for all that is missing in one call, each thing a field with a clear description. Do not ask for what you have been told."},{"role":"user","content":"rounds"}');
INSERT INTO of_the_dump.step VALUES (11, 2, 'call', 'tool', 1795388628634098, '{"calls":{"look0":{"policy":"read"}}}', '{"role":"assistant","content":null,"tool_calls":[{"id":"look0","type":"function","function":{"name":"look","arguments":"{\"amount\":1}"}}]}');
INSERT INTO of_the_dump.step VALUES (11, 3, 'result', 'model', 1795388628636525, '{"call":"look0"}', '{"role":"tool","tool_call_id":"look0","content":"saw 1"}');
INSERT INTO of_the_dump.step VALUES (11, 4, 'call', 'confirm', 1795388628637749, '{"calls":{"pay1":{"gate":"confirm"}}}', '{"role":"assistant","content":null,"tool_calls":[{"id":"pay1","type":"function","function":{"name":"pay","arguments":"{\"amount\":2}"}}]}');
INSERT INTO of_the_dump.step VALUES (12, 1, 'begin', 'model', 1795388628922192, '{"preamble":275}', '{"role":"system","content":"Use get_user_input whenever you lack something that only the user knows, instead of guessing or asking in your answer.\nAsk for all that is missing in one call, each thing a field with a clear description. Do not ask for what you have been told."},{"role":"user","content":"expired"}');
INSERT INTO of_the_dump.step VALUES (12, 2, 'call', 'confirm', 1795388628939616, '{"calls":{"buy0":{"gate":"confirm","expires":0.001}}}', '{"role":"assistant","content":null,"tool_calls":[{"id":"buy0","type":"function","function":{"name":"buy","arguments":"{\"amount\":1}"}}]}');
INSERT INTO of_the_dump.step VALUES (13, 1, 'begin', 'model', 1795388629288310, '{"preamble":275}', '{"role":"system","content":"Use get_user_input whenever you lack something that only the user knows, instead of guessing or asking in your answer.\nAsk for all that is missing in one call, each thing a field with a clear description. Do not ask for what you have been told."},{"role":"user","content":"doubt"}');
INSERT INTO of_the_dump.step VALUES (13, 2, 'call', 'tool', 1795388629304626, '{}', '{"role":"assistant","content":null,"tool_calls":[{"id":"charge0","type":"function","function":{"name":"charge","arguments":"{\"amount\":1}"}}]}');
INSERT INTO of_the_dump.step VALUES (13, 3, 'recover', 'doubt', 1795388629666269, '{"calls":{"charge0":"doubt"}}', NULL);
INSERT INTO of_the_dump.step VALUES (14, 1, 'begin', 'model', 1795388629924715, '{"preamble":275}', '{"role":"system","content":"Use get_user_input whenever you lack something that only the user knows, instead of guessing or asking in your answer.\nAsk for all that is missing in one call, each thing a field with a clear description. Do not ask for what you have been told."},{"role":"user","content":"once"}');
INSERT INTO of_the_dump.step VALUES (14, 2, 'call', 'tool', 1795388629942410, '{}', '{"role":"assistant","content":null,"tool_calls":[{"id":"charge0","type":"function","function":{"name":"charge","arguments":"{\"amount\":1}"}}]}');
INSERT INTO of_the_dump.step VALUES (15, 1, 'begin', 'model', 1795388630220184, '{"preamble":275}', '{"role":"system","content":"Use get_user_input whenever you lack something that only the user knows, instead of guessing or asking in your answer.\nAsk for all that is missing in one call, each thing a field with a clear description. Do not ask for what you have been told."},{"role":"user","content":"read"}');
INSERT INTO of_the_dump.step VALUES (15, 2, 'call', 'tool', 1795388630237132, '{"calls":{"look0":{"policy":"read"}}}', '{"role":"assistant","content":null,"tool_calls":[{"id":"look0","type":"function","function":{"name":"look","arguments":"{\"amount\":1}"}}]}');
INSERT INTO of_the_dump.step VALUES (16, 1, 'begin', 'model', 1795388630520062, '{"preamble":275}', '{"role":"system","content":"Use get_user_input whenever you lack something that only the user knows, instead of guessing or asking in your answer.\nAsk for all that is missing in one call, each thing a field with a clear description. Do not ask for what you have been told."},{"role":"user","content":"idempotent"}');
INSERT INTO of_the_dump.step VALUES (16, 2, 'call', 'tool', 1795388630536196, '{"calls":{"note0":{"policy":"idempotent"}}}', '{"role":"assistant","content":null,"tool_calls":[{"id":"note0","type":"function","function":{"name":"note","arguments":"{\"amount\":1}"}}]}');
INSERT INTO of_the_dump.step VALUES (17, 1, 'begin', 'model', 1795388630829557, '{"preamble":275}', '{"role":"system","content":"Use get_user_input whenever you lack something that only the user knows, instead of guessing or asking in your answer.\nAsk for all that is missing in one call, each thing a field with a clear description. Do not ask for what you have been told."},{"role":"user","content":"happened"}');
INSERT INTO of_the_dump.step VALUES (17, 2, 'call', 'tool', 1795388630848337, '{"calls":{"send0":{"policy":"probe"}}}', '{"role":"assistant","content":null,"tool_calls":[{"id":"send0","type":"function","function":{"name":"send","arguments":"{\"amount\":1}"}}]}');
INSERT INTO of_the_dump.step VALUES (18, 1, 'begin', 'model', 1795388631145931, '{"preamble":275}', '{"role":"system","content":"Use get_user_input whenever you lack something that only the user knows, instead of guessing or asking in your answer.\nAsk for all that is missing in one call, each thing a field with a clear description. Do not ask for what you have been told."},{"role":"user","content":"unknown"}');
INSERT INTO of_the_dump.step VALUES (18, 2, 'call', 'tool', 1795388631164992, '{"calls":{"send0":{"policy":"probe"}}}', '{"role":"assistant","content":null,"tool_calls":[{"id":"send0","type":"function","function":{"name":"send","arguments":"{\"amount\":0}"}}]}');
INSERT INTO of_the_dump.step VALUES (19, 1, 'begin', 'model', 1795388631445335, '{"preamble":275}', '{"role":"system","content":"Use get_user_input whenever you lack something that only the user knows, instead of guessing or asking in your answer.\nAsk for all that is missing in one call, each thing a field with a clear description. Do not ask for what you have been told."},{"role":"user","content":"side by side"}');
INSERT INTO of_the_dump.step VALUES (19, 2, 'call', 'tool', 1795388631462369, '{"calls":{"look0":{"policy":"read"}}}', '{"role":"assistant","content":null,"tool_calls":[{"id":"look0","type":"function","function":{"name":"look","arguments":"{\"amount\":1}"}},{"id":"charge0","type":"function","function":{"name":"charge","arguments":"{\"amount\":2}"}}]}');
INSERT INTO of_the_dump.step VALUES (19, 3, 'start', 'tool', 1795388631468288, '{"call":"look0"}', NULL);
INSERT INTO of_the_dump.step VALUES (20, 1, 'begin', 'model', 1795388631733853, '{"preamble":275}', '{"role":"system","content":"Use get_user_input whenever you lack something that only the user knows, instead of guessing or asking in your answer.\nAsk for all that is missing in one call, each thing a field with a clear description. Do not ask for what you have been told."},{"role":"user","content":"asking"}');
INSERT INTO of_the_dump.step VALUES (20, 2, 'call', 'tool', 1795388631751333, '{"calls":{"look0":{"policy":"read"}}}', '{"role":"assistant","content":null,"tool_calls":[{"id":"look0","type":"function","function":{"name":"look","arguments":"{\"amount\":1}"}}]}');
INSERT INTO of_the_dump.step VALUES (20, 3, 'result', 'model', 1795388631753879, '{"call":"look0"}', '{"role":"tool","tool_call_id":"look0","content":"saw 1"}');
SELECT pg_catalog.setval('of_the_dump.definition_number_seq', 20, true);
SELECT pg_catalog.setval('of_the_dump.memory_number_seq', 1, false);
SELECT pg_catalog.setval('of_the_dump.request_number_seq', 14, true);
SELECT pg_catalog.setval('of_the_dump.run_number_seq', 20, true);
SELECT pg_catalog.setval('of_the_dump.session_number_seq', 20, true);
SELECT pg_catalog.setval('of_the_dump.summary_number_seq', 1, false);
ALTER TABLE ONLY of_the_dump.definition
    ADD CONSTRAINT definition_hash_plan_unique UNIQUE (hash, plan);
ALTER TABLE ONLY of_the_dump.definition
    ADD CONSTRAINT definition_pkey PRIMARY KEY (number);
ALTER TABLE ONLY of_the_dump.graphagent
    ADD CONSTRAINT graphagent_pkey PRIMARY KEY (schema_version);
ALTER TABLE ONLY of_the_dump.memory
    ADD CONSTRAINT memory_pkey PRIMARY KEY (number);
ALTER TABLE ONLY of_the_dump.memory
    ADD CONSTRAINT memory_run_seq_place_unique UNIQUE (run, seq, place);
ALTER TABLE ONLY of_the_dump.memory
    ADD CONSTRAINT memory_space_user_id_id_version_unique UNIQUE (space, user_id, id, version);
ALTER TABLE ONLY of_the_dump.memory_words
    ADD CONSTRAINT memory_words_pkey PRIMARY KEY (number);
ALTER TABLE ONLY of_the_dump.outbox
    ADD CONSTRAINT outbox_pkey PRIMARY KEY (run, seq);
ALTER TABLE ONLY of_the_dump.request
    ADD CONSTRAINT request_pkey PRIMARY KEY (number);
ALTER TABLE ONLY of_the_dump.request
    ADD CONSTRAINT request_run_seq_call_unique UNIQUE (run, seq, call);
ALTER TABLE ONLY of_the_dump.run
    ADD CONSTRAINT run_id_unique UNIQUE (id);
ALTER TABLE ONLY of_the_dump.run
    ADD CONSTRAINT run_pkey PRIMARY KEY (number);
ALTER TABLE ONLY of_the_dump.session
    ADD CONSTRAINT session_pkey PRIMARY KEY (number);
ALTER TABLE ONLY of_the_dump.session
    ADD CONSTRAINT session_space_id_unique UNIQUE (space, id);
ALTER TABLE ONLY of_the_dump.step
    ADD CONSTRAINT step_pkey PRIMARY KEY (run, seq);
ALTER TABLE ONLY of_the_dump.summary
    ADD CONSTRAINT summary_pkey PRIMARY KEY (number);
ALTER TABLE ONLY of_the_dump.summary
    ADD CONSTRAINT summary_run_seq_unique UNIQUE (run, seq);
CREATE INDEX memory_current ON of_the_dump.memory USING btree (space, user_id, number) WHERE is_current;
CREATE INDEX memory_words_words ON of_the_dump.memory_words USING gin (words);
CREATE UNIQUE INDEX request_pending_unique ON of_the_dump.request USING btree (run, call) WHERE ((status)::text = 'pending'::text);
CREATE INDEX run_space_session_id_number ON of_the_dump.run USING btree (space, session_id, number);
CREATE INDEX run_space_user_id ON of_the_dump.run USING btree (space, user_id) WHERE (user_id IS NOT NULL);
CREATE INDEX session_space_user_id ON of_the_dump.session USING btree (space, user_id) WHERE (user_id IS NOT NULL);
CREATE INDEX summary_space_user_id_session_id ON of_the_dump.summary USING btree (space, user_id, session_id);
ALTER TABLE ONLY of_the_dump.memory_words
    ADD CONSTRAINT memory_words_number_fkey FOREIGN KEY (number) REFERENCES of_the_dump.memory(number) ON DELETE CASCADE;
ALTER TABLE ONLY of_the_dump.outbox
    ADD CONSTRAINT outbox_run_fkey FOREIGN KEY (run) REFERENCES of_the_dump.run(number) ON DELETE CASCADE;
ALTER TABLE ONLY of_the_dump.request
    ADD CONSTRAINT request_run_fkey FOREIGN KEY (run) REFERENCES of_the_dump.run(number) ON DELETE CASCADE;
ALTER TABLE ONLY of_the_dump.run
    ADD CONSTRAINT run_definition_fkey FOREIGN KEY (definition) REFERENCES of_the_dump.definition(number);
ALTER TABLE ONLY of_the_dump.step
    ADD CONSTRAINT step_run_fkey FOREIGN KEY (run) REFERENCES of_the_dump.run(number) ON DELETE CASCADE;
