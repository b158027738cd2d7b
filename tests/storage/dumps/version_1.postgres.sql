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
CREATE TABLE of_the_dump.step (
    run bigint NOT NULL,
    seq integer NOT NULL,
    trigger character varying NOT NULL,
    state character varying NOT NULL,
    at bigint NOT NULL,
    data text,
    messages text
);
ALTER TABLE ONLY of_the_dump.definition ALTER COLUMN number SET DEFAULT nextval('of_the_dump.definition_number_seq'::regclass);
ALTER TABLE ONLY of_the_dump.request ALTER COLUMN number SET DEFAULT nextval('of_the_dump.request_number_seq'::regclass);
ALTER TABLE ONLY of_the_dump.run ALTER COLUMN number SET DEFAULT nextval('of_the_dump.run_number_seq'::regclass);
INSERT INTO of_the_dump.definition VALUES (1, 'c5b1bb1b097623d744d748cc3def175e43b456b4aa337c9fbc3b7dee7a819c5b', 'cancelled completed confirm doubt external failed input model ready respond tool', '{"plan":["cancelled","completed","confirm","doubt","external","failed","input","model","ready","respond","tool"],"tools":{"buy":{"gate":"confirm","policy":"once","parameters":{"additionalProperties":false,"properties":{"amount":{"type":"integer"}},"required":["amount"],"type":"object"}},"charge":{"gate":null,"policy":"once","parameters":{"additionalProperties":false,"properties":{"amount":{"type":"integer"}},"required":["amount"],"type":"object"}},"get_user_input":{"gate":"input","policy":"read","parameters":{"$defs":{"AskedField":{"additionalProperties":false,"description":"One value to ask for.","properties":{"field_name":{"type":"string"},"field_type":{"type":"string"},"field_description":{"default":"","type":"string"}},"required":["field_name","field_type"],"title":"AskedField","type":"object"}},"additionalProperties":false,"properties":{"user_input_fields":{"items":{"$ref":"#/$defs/AskedField"},"type":"array","description":"What to ask for. A field_type is one of str, int, float, bool, list, dict, date, time,\ndatetime."}},"required":["user_input_fields"],"type":"object"}},"look":{"gate":null,"policy":"read","parameters":{"additionalProperties":false,"properties":{"amount":{"type":"integer"}},"required":["amount"],"type":"object"}},"mail":{"gate":"input","policy":"once","parameters":{"additionalProperties":false,"properties":{"amount":{"type":"integer"}},"required":["amount"],"type":"object"},"form":{"additionalProperties":false,"properties":{"amount":{"type":"integer"},"to":{"type":"string"}},"required":["amount","to"],"type":"object"}},"note":{"gate":null,"policy":"idempotent","parameters":{"additionalProperties":false,"properties":{"amount":{"type":"integer"}},"required":["amount"],"type":"object"}},"order":{"gate":"external","policy":"once","parameters":{"additionalProperties":false,"properties":{"amount":{"type":"integer"}},"required":["amount"],"type":"object"}},"pay":{"gate":"confirm","policy":"once","parameters":{"additionalProperties":false,"properties":{"amount":{"type":"integer"}},"required":["amount"],"type":"object"}},"send":{"gate":null,"policy":"probe","parameters":{"additionalProperties":false,"properties":{"amount":{"type":"integer"}},"required":["amount"],"type":"object"}}}}');
INSERT INTO of_the_dump.graphagent VALUES (1);
INSERT INTO of_the_dump.request VALUES (1, 4, 2, 'pay0', 'confirm', 'pay', '{"amount":1}', 'a048dd6ce2f11e017ccf53b2e038015230101e759bb7a5257581d52a77c9d17f', NULL, 'cancelled', 1795388150455356, NULL, 1795388150461205, NULL, NULL);
INSERT INTO of_the_dump.request VALUES (2, 5, 2, 'pay0', 'confirm', 'pay', '{"amount":1}', 'a048dd6ce2f11e017ccf53b2e038015230101e759bb7a5257581d52a77c9d17f', NULL, 'pending', 1795388150754065, NULL, NULL, NULL, NULL);
INSERT INTO of_the_dump.request VALUES (3, 6, 2, 'mail0', 'input', 'mail', '{"amount":1}', '9b9f1cd28140c2dde7ed5c6d2381fe05b1c331258d301e218a28906daf08d6e9', '[{"name":"amount","field_type":"int","description":null,"value":1,"required":true},{"name":"to","field_type":"str","description":null,"value":null,"required":true}]', 'pending', 1795388151000376, NULL, NULL, NULL, NULL);
INSERT INTO of_the_dump.request VALUES (4, 7, 2, 'get_user_input0', 'input', 'get_user_input', '{"user_input_fields":[{"field_name":"seat","field_type":"str","field_description":"Which one."}]}', '48189442151d0d61c36ae71baed109152af1406a67099cf66728afc2e53de8c3', '[{"name":"seat","field_type":"str","description":"Which one.","value":null,"required":true}]', 'pending', 1795388151236844, NULL, NULL, NULL, NULL);
INSERT INTO of_the_dump.request VALUES (5, 8, 2, 'order0', 'external', 'order', '{"amount":1}', '4da102ee70de7f9f84eb2035a417a9ad0aaa4e0e0558317b2e8b1f4efeedd123', NULL, 'pending', 1795388151521732, NULL, NULL, NULL, NULL);
INSERT INTO of_the_dump.request VALUES (6, 9, 2, 'pay0', 'confirm', 'pay', '{"amount":2}', 'd601cc3b79bd595adcc7fb4352ab7a830a35d419922edba0ae7d68575f9741d7', NULL, 'pending', 1795388151866775, NULL, NULL, NULL, NULL);
INSERT INTO of_the_dump.request VALUES (7, 9, 2, 'mail0', 'input', 'mail', '{"amount":3}', '0170e6563984316ff3e14bab577b0772803dd50c82987df72b16b8186ceed7b3', '[{"name":"amount","field_type":"int","description":null,"value":3,"required":true},{"name":"to","field_type":"str","description":null,"value":null,"required":true}]', 'pending', 1795388151866775, NULL, NULL, NULL, NULL);
INSERT INTO of_the_dump.request VALUES (8, 9, 2, 'order0', 'external', 'order', '{"amount":4}', 'f57c8b6574bb1971037e4867ee3457313ccc0c6d7ceb813c9adb2a8b256872a1', NULL, 'pending', 1795388151866775, NULL, NULL, NULL, NULL);
INSERT INTO of_the_dump.request VALUES (11, 10, 2, 'order0', 'external', 'order', '{"amount":4}', 'f57c8b6574bb1971037e4867ee3457313ccc0c6d7ceb813c9adb2a8b256872a1', NULL, 'pending', 1795388152217668, NULL, NULL, NULL, NULL);
INSERT INTO of_the_dump.request VALUES (9, 10, 2, 'pay0', 'confirm', 'pay', '{"amount":2}', 'd601cc3b79bd595adcc7fb4352ab7a830a35d419922edba0ae7d68575f9741d7', NULL, 'approved', 1795388152217668, NULL, 1795388152225933, 'bob', 'fine');
INSERT INTO of_the_dump.request VALUES (10, 10, 2, 'mail0', 'input', 'mail', '{"amount":3}', '0170e6563984316ff3e14bab577b0772803dd50c82987df72b16b8186ceed7b3', '[{"name":"amount","field_type":"int","description":null,"value":3,"required":true},{"name":"to","field_type":"str","description":null,"value":null,"required":true}]', 'answered', 1795388152217668, NULL, 1795388152246344, 'bob', NULL);
INSERT INTO of_the_dump.request VALUES (12, 11, 4, 'pay1', 'confirm', 'pay', '{"amount":2}', 'd601cc3b79bd595adcc7fb4352ab7a830a35d419922edba0ae7d68575f9741d7', NULL, 'pending', 1795388152601498, NULL, NULL, NULL, NULL);
INSERT INTO of_the_dump.request VALUES (13, 12, 2, 'buy0', 'confirm', 'buy', '{"amount":1}', '1656349cf0e984fbeeb293a9af6d53bdbedd558e00e9605cb40d6c02e02265a6', NULL, 'pending', 1795388152923143, 1795388152924143, NULL, NULL, NULL);
INSERT INTO of_the_dump.request VALUES (14, 13, 3, 'charge0', 'doubt', 'charge', '{"amount":1}', 'b979c3e65e1c40753450e00903a436af91e82284f2ed52bddf81b534adba7ba3', NULL, 'pending', 1795388153697595, NULL, NULL, NULL, NULL);
INSERT INTO of_the_dump.run VALUES (1, '01a20579-0de4-7a4d-9b84-8e33dca4ee9a', 'runs', 'answered', NULL, 'parker', 'parker', 1, NULL, NULL, 'completed', 3, NULL, 0, 0, 1795388149220205, 1795388149337884);
INSERT INTO of_the_dump.run VALUES (13, '01a20579-1d7d-70c4-8cff-a7e459f5daa4', 'runs', 'doubt', NULL, 'parker', 'parker', 1, NULL, NULL, 'doubt', 3, NULL, 1, 0, 1795388153213040, 1795388153697595);
INSERT INTO of_the_dump.run VALUES (14, '01a20579-2065-73a1-8143-14529f45730c', 'runs', 'once', NULL, 'parker', 'parker', 1, NULL, NULL, 'tool', 2, 'vm/fc627d95/4026531836 15203 1695896 1', 0, 1795388184046371, 1795388153957626, 1795388154046371);
INSERT INTO of_the_dump.run VALUES (15, '01a20579-21bc-7f82-96bc-74c3dcc3fbf7', 'runs', 'read', NULL, 'parker', 'parker', 1, NULL, NULL, 'tool', 2, 'vm/fc627d95/4026531836 15206 1695930 1', 0, 1795388184390376, 1795388154300544, 1795388154390376);
INSERT INTO of_the_dump.run VALUES (16, '01a20579-2338-72e4-88d4-89e30117b25f', 'runs', 'idempotent', NULL, 'parker', 'parker', 1, NULL, NULL, 'tool', 2, 'vm/fc627d95/4026531836 15209 1695966 1', 0, 1795388184764806, 1795388154680643, 1795388154764806);
INSERT INTO of_the_dump.run VALUES (2, '01a20579-0f7d-7284-bb5d-3a24e0488693', 'runs', 'called', NULL, 'parker', 'parker', 1, NULL, NULL, 'completed', 10, NULL, 0, 0, 1795388149629483, 1795388149770272);
INSERT INTO of_the_dump.run VALUES (3, '01a20579-1123-7ee6-90c3-6a1c5ebbcb12', 'runs', 'failed', NULL, 'parker', 'parker', 1, NULL, NULL, 'failed', 2, NULL, 0, 0, 1795388150051712, 1795388150150214);
INSERT INTO of_the_dump.run VALUES (4, '01a20579-127a-781b-87bf-46dc05c79166', 'runs', 'cancelled', NULL, 'parker', 'parker', 1, NULL, NULL, 'cancelled', 3, NULL, 0, 0, 1795388150394924, 1795388150461205);
INSERT INTO of_the_dump.run VALUES (5, '01a20579-139a-758b-8625-23f53e7a0825', 'runs', 'confirm', NULL, 'parker', 'parker', 1, NULL, NULL, 'confirm', 2, NULL, 0, 0, 1795388150682319, 1795388150754065);
INSERT INTO of_the_dump.run VALUES (6, '01a20579-1496-7f44-852b-885478f82792', 'runs', 'input', NULL, 'parker', 'parker', 1, NULL, NULL, 'input', 2, NULL, 0, 0, 1795388150934568, 1795388151000376);
INSERT INTO of_the_dump.run VALUES (7, '01a20579-1584-7bb2-aca9-6487b1d98bd7', 'runs', 'form', NULL, 'parker', 'parker', 1, NULL, NULL, 'input', 2, NULL, 0, 0, 1795388151172594, 1795388151236844);
INSERT INTO of_the_dump.run VALUES (8, '01a20579-168f-76c3-bfe7-a5f18e2ca1bb', 'runs', 'external', NULL, 'parker', 'parker', 1, NULL, NULL, 'external', 2, NULL, 0, 0, 1795388151439437, 1795388151521732);
INSERT INTO of_the_dump.run VALUES (17, '01a20579-2494-78a4-a9d6-a4bd73457012', 'runs', 'happened', NULL, 'parker', 'parker', 1, NULL, NULL, 'tool', 2, 'vm/fc627d95/4026531836 15212 1696003 1', 0, 1795388185120956, 1795388155028523, 1795388155120956);
INSERT INTO of_the_dump.run VALUES (9, '01a20579-17e0-7ed2-865c-940be2cac958', 'runs', 'each', NULL, 'parker', 'parker', 1, NULL, NULL, 'confirm', 3, NULL, 0, 0, 1795388151776880, 1795388151880350);
INSERT INTO of_the_dump.run VALUES (18, '01a20579-25ec-75d7-a30b-7077a7f4fbd0', 'runs', 'unknown', NULL, 'parker', 'parker', 1, NULL, NULL, 'tool', 2, 'vm/fc627d95/4026531836 15215 1696038 1', 0, 1795388185461874, 1795388155372725, 1795388155461874);
INSERT INTO of_the_dump.run VALUES (10, '01a20579-1944-7012-ae8d-8c108758dc6a', 'runs', 'decided', NULL, 'parker', 'parker', 1, NULL, NULL, 'external', 5, NULL, 0, 0, 1795388152132750, 1795388152246344);
INSERT INTO of_the_dump.run VALUES (11, '01a20579-1ab8-7415-aeac-3eb3dabc20a7', 'runs', 'rounds', NULL, 'parker', 'parker', 1, NULL, NULL, 'confirm', 4, NULL, 0, 0, 1795388152504975, 1795388152601498);
INSERT INTO of_the_dump.run VALUES (12, '01a20579-1c19-727f-a966-19d2eddfe80f', 'runs', 'expired', NULL, 'parker', 'parker', 1, NULL, NULL, 'confirm', 2, NULL, 0, 0, 1795388152857891, 1795388152923143);
INSERT INTO of_the_dump.run VALUES (19, '01a20579-2752-780d-bb60-acd3f3be260f', 'runs', 'side by side', NULL, 'parker', 'parker', 1, NULL, NULL, 'tool', 4, 'vm/fc627d95/4026531836 15218 1696073 1', 0, 1795388185816032, 1795388155730007, 1795388155816032);
INSERT INTO of_the_dump.run VALUES (20, '01a20579-28ad-7752-9383-6988e991fb5b', 'runs', 'asking', NULL, 'parker', 'parker', 1, NULL, NULL, 'model', 3, 'vm/fc627d95/4026531836 15223 1696107 1', 0, 1795388186173740, 1795388156077189, 1795388156173740);
INSERT INTO of_the_dump.step VALUES (1, 1, 'begin', 'model', 1795388149220205, '{"preamble":275}', '{"role":"system","content":"Use get_user_input whenever you lack something that only the user knows, instead of guessing or asking in your answer.\nAsk for all that is missing in one call, each thing a field with a clear description. Do not ask for what you have been told."},{"role":"user","content":"answered"}');
INSERT INTO of_the_dump.step VALUES (1, 2, 'reply', 'respond', 1795388149337809, '{}', '{"role":"assistant","content":"nothing"}');
INSERT INTO of_the_dump.step VALUES (1, 3, 'finish', 'completed', 1795388149337884, NULL, NULL);
INSERT INTO of_the_dump.step VALUES (2, 1, 'begin', 'model', 1795388149629483, '{"preamble":275}', '{"role":"system","content":"Use get_user_input whenever you lack something that only the user knows, instead of guessing or asking in your answer.\nAsk for all that is missing in one call, each thing a field with a clear description. Do not ask for what you have been told."},{"role":"user","content":"called"}');
INSERT INTO of_the_dump.step VALUES (2, 2, 'call', 'tool', 1795388149725711, '{"calls":{"look0":{"policy":"read"},"note0":{"policy":"idempotent"}}}', '{"role":"assistant","content":null,"tool_calls":[{"id":"look0","type":"function","function":{"name":"look","arguments":"{\"amount\":1}"}},{"id":"note0","type":"function","function":{"name":"note","arguments":"{\"amount\":2}"}}]}');
INSERT INTO of_the_dump.step VALUES (2, 3, 'start', 'tool', 1795388149740351, '{"call":"look0"}', NULL);
INSERT INTO of_the_dump.step VALUES (2, 4, 'start', 'tool', 1795388149748422, '{"call":"note0"}', NULL);
INSERT INTO of_the_dump.step VALUES (2, 5, 'result', 'tool', 1795388149759125, '{"call":"look0"}', '{"role":"tool","tool_call_id":"look0","content":"saw 1"}');
INSERT INTO of_the_dump.step VALUES (2, 6, 'result', 'model', 1795388149760994, '{"call":"note0"}', '{"role":"tool","tool_call_id":"note0","content":"noted 2"}');
INSERT INTO of_the_dump.step VALUES (2, 7, 'call', 'tool', 1795388149762528, '{}', '{"role":"assistant","content":null,"tool_calls":[{"id":"charge1","type":"function","function":{"name":"charge","arguments":"{\"amount\":3}"}}]}');
INSERT INTO of_the_dump.step VALUES (2, 8, 'result', 'model', 1795388149768344, '{"call":"charge1"}', '{"role":"tool","tool_call_id":"charge1","content":"charged 3"}');
INSERT INTO of_the_dump.step VALUES (2, 9, 'reply', 'respond', 1795388149770232, '{}', '{"role":"assistant","content":"saw 1; noted 2; charged 3"}');
INSERT INTO of_the_dump.step VALUES (2, 10, 'finish', 'completed', 1795388149770272, NULL, NULL);
INSERT INTO of_the_dump.step VALUES (3, 1, 'begin', 'model', 1795388150051712, '{"preamble":275}', '{"role":"system","content":"Use get_user_input whenever you lack something that only the user knows, instead of guessing or asking in your answer.\nAsk for all that is missing in one call, each thing a field with a clear description. Do not ask for what you have been told."},{"role":"user","content":"failed"}');
INSERT INTO of_the_dump.step VALUES (3, 2, 'fail', 'failed', 1795388150150214, '{"error":{"type":"ModelConnectionError","message":"nobody answers"}}', NULL);
INSERT INTO of_the_dump.step VALUES (4, 1, 'begin', 'model', 1795388150394924, '{"preamble":275}', '{"role":"system","content":"Use get_user_input whenever you lack something that only the user knows, instead of guessing or asking in your answer.\nAsk for all that is missing in one call, each thing a field with a clear description. Do not ask for what you have been told."},{"role":"user","content":"cancelled"}');
INSERT INTO of_the_dump.step VALUES (4, 2, 'call', 'confirm', 1795388150455356, '{"calls":{"pay0":{"gate":"confirm"}}}', '{"role":"assistant","content":null,"tool_calls":[{"id":"pay0","type":"function","function":{"name":"pay","arguments":"{\"amount\":1}"}}]}');
INSERT INTO of_the_dump.step VALUES (4, 3, 'cancel', 'cancelled', 1795388150461205, '{"reason":"The run was cancelled."}', NULL);
INSERT INTO of_the_dump.step VALUES (5, 1, 'begin', 'model', 1795388150682319, '{"preamble":275}', '{"role":"system","content":"Use get_user_input whenever you lack something that only the user knows, instead of guessing or asking in your answer.\nAsk for all that is missing in one call, each thing a field with a clear description. Do not ask for what you have been told."},{"role":"user","content":"confirm"}');
INSERT INTO of_the_dump.step VALUES (5, 2, 'call', 'confirm', 1795388150754065, '{"calls":{"pay0":{"gate":"confirm"}}}', '{"role":"assistant","content":null,"tool_calls":[{"id":"pay0","type":"function","function":{"name":"pay","arguments":"{\"amount\":1}"}}]}');
INSERT INTO of_the_dump.step VALUES (6, 1, 'begin', 'model', 1795388150934568, '{"preamble":275}', '{"role":"system","content":"Use get_user_input whenever you lack something that only the user knows, instead of guessing or asking in your answer.\nAsk for all that is missing in one call, each thing a field with a clear description. Do not ask for what you have been told."},{"role":"user","content":"input"}');
INSERT INTO of_the_dump.step VALUES (6, 2, 'call', 'input', 1795388151000376, '{"calls":{"mail0":{"gate":"input","fields":[{"name":"amount","field_type":"int","description":null,"value":1,"required":true},{"name":"to","field_type":"str","description":null,"value":null,"required":true}]}}}', '{"role":"assistant","content":null,"tool_calls":[{"id":"mail0","type":"function","function":{"name":"mail","arguments":"{\"amount\":1}"}}]}');
INSERT INTO of_the_dump.step VALUES (7, 1, 'begin', 'model', 1795388151172594, '{"preamble":275}', '{"role":"system","content":"Use get_user_input whenever you lack something that only the user knows, instead of guessing or asking in your answer.\nAsk for all that is missing in one call, each thing a field with a clear description. Do not ask for what you have been told."},{"role":"user","content":"form"}');
INSERT INTO of_the_dump.step VALUES (7, 2, 'call', 'input', 1795388151236844, '{"calls":{"get_user_input0":{"gate":"input","policy":"read","fields":[{"name":"seat","field_type":"str","description":"Which one.","value":null,"required":true}],"asks":true}}}', '{"role":"assistant","content":null,"tool_calls":[{"id":"get_user_input0","type":"function","function":{"name":"get_user_input","arguments":"{\"user_input_fields\":[{\"field_name\":\"seat\",\"field_type\":\"str\",\"field_description\":\"Which one.\"}]}"}}]}');
INSERT INTO of_the_dump.step VALUES (8, 1, 'begin', 'model', 1795388151439437, '{"preamble":275}', '{"role":"system","content":"Use get_user_input whenever you lack something that only the user knows, instead of guessing or asking in your answer.\nAsk for all that is missing in one call, each thing a field with a clear description. Do not ask for what you have been told."},{"role":"user","content":"external"}');
INSERT INTO of_the_dump.step VALUES (8, 2, 'call', 'external', 1795388151521732, '{"calls":{"order0":{"gate":"external"}}}', '{"role":"assistant","content":null,"tool_calls":[{"id":"order0","type":"function","function":{"name":"order","arguments":"{\"amount\":1}"}}]}');
INSERT INTO of_the_dump.step VALUES (9, 1, 'begin', 'model', 1795388151776880, '{"preamble":275}', '{"role":"system","content":"Use get_user_input whenever you lack something that only the user knows, instead of guessing or asking in your answer.\nAsk for all that is missing in one call, each thing a field with a clear description. Do not ask for what you have been told."},{"role":"user","content":"each"}');
INSERT INTO of_the_dump.step VALUES (9, 2, 'call', 'tool', 1795388151866775, '{"calls":{"look0":{"policy":"read"},"pay0":{"gate":"confirm"},"mail0":{"gate":"input","fields":[{"name":"amount","field_type":"int","description":null,"value":3,"required":true},{"name":"to","field_type":"str","description":null,"value":null,"required":true}]},"order0":{"gate":"external"}}}', '{"role":"assistant","content":null,"tool_calls":[{"id":"look0","type":"function","function":{"name":"look","arguments":"{\"amount\":1}"}},{"id":"pay0","type":"function","function":{"name":"pay","arguments":"{\"amount\":2}"}},{"id":"mail0","type":"function","function":{"name":"mail","arguments":"{\"amount\":3}"}},{"id":"order0","type":"function","function":{"name":"order","arguments":"{\"amount\":4}"}}]}');
INSERT INTO of_the_dump.step VALUES (9, 3, 'result', 'confirm', 1795388151880350, '{"call":"look0"}', '{"role":"tool","tool_call_id":"look0","content":"saw 1"}');
INSERT INTO of_the_dump.step VALUES (19, 4, 'start', 'tool', 1795388155816032, '{"call":"charge0"}', NULL);
INSERT INTO of_the_dump.step VALUES (10, 1, 'begin', 'model', 1795388152132750, '{"preamble":275}', '{"role":"system","content":"Use get_user_input whenever you lack something that only the user knows, instead of guessing or asking in your answer.\nAsk for all that is missing in one call, each thing a field with a clear description. Do not ask for what you have been told."},{"role":"user","content":"decided"}');
INSERT INTO of_the_dump.step VALUES (10, 2, 'call', 'tool', 1795388152217668, '{"calls":{"look0":{"policy":"read"},"pay0":{"gate":"confirm"},"mail0":{"gate":"input","fields":[{"name":"amount","field_type":"int","description":null,"value":3,"required":true},{"name":"to","field_type":"str","description":null,"value":null,"required":true}]},"order0":{"gate":"external"}}}', '{"role":"assistant","content":null,"tool_calls":[{"id":"look0","type":"function","function":{"name":"look","arguments":"{\"amount\":1}"}},{"id":"pay0","type":"function","function":{"name":"pay","arguments":"{\"amount\":2}"}},{"id":"mail0","type":"function","function":{"name":"mail","arguments":"{\"amount\":3}"}},{"id":"order0","type":"function","function":{"name":"order","arguments":"{\"amount\":4}"}}]}');
INSERT INTO of_the_dump.step VALUES (10, 3, 'result', 'confirm', 1795388152222495, '{"call":"look0"}', '{"role":"tool","tool_call_id":"look0","content":"saw 1"}');
INSERT INTO of_the_dump.step VALUES (10, 4, 'approve', 'input', 1795388152225933, '{"call":"pay0","digest":"d601cc3b79bd595adcc7fb4352ab7a830a35d419922edba0ae7d68575f9741d7","by":"bob","note":"fine"}', NULL);
INSERT INTO of_the_dump.step VALUES (10, 5, 'answer', 'external', 1795388152246344, '{"call":"mail0","digest":"0170e6563984316ff3e14bab577b0772803dd50c82987df72b16b8186ceed7b3","by":"bob","arguments":"{\"amount\":3,\"to\":\"ann\"}"}', NULL);
INSERT INTO of_the_dump.step VALUES (11, 1, 'begin', 'model', 1795388152504975, '{"preamble":275}', '{"role":"system","content":"Use get_user_input whenever you lack something that only the user knows, instead of guessing or asking in your answer.\nAsk for all that is missing in one call, each thing a field with a clear description. Do not ask for what you have been told."},{"role":"user","content":"rounds"}');
INSERT INTO of_the_dump.step VALUES (11, 2, 'call', 'tool', 1795388152597833, '{"calls":{"look0":{"policy":"read"}}}', '{"role":"assistant","content":null,"tool_calls":[{"id":"look0","type":"function","function":{"name":"look","arguments":"{\"amount\":1}"}}]}');
INSERT INTO of_the_dump.step VALUES (11, 3, 'result', 'model', 1795388152600215, '{"call":"look0"}', '{"role":"tool","tool_call_id":"look0","content":"saw 1"}');
INSERT INTO of_the_dump.step VALUES (11, 4, 'call', 'confirm', 1795388152601498, '{"calls":{"pay1":{"gate":"confirm"}}}', '{"role":"assistant","content":null,"tool_calls":[{"id":"pay1","type":"function","function":{"name":"pay","arguments":"{\"amount\":2}"}}]}');
INSERT INTO of_the_dump.step VALUES (12, 1, 'begin', 'model', 1795388152857891, '{"preamble":275}', '{"role":"system","content":"Use get_user_input whenever you lack something that only the user knows, instead of guessing or asking in your answer.\nAsk for all that is missing in one call, each thing a field with a clear description. Do not ask for what you have been told."},{"role":"user","content":"expired"}');
INSERT INTO of_the_dump.step VALUES (12, 2, 'call', 'confirm', 1795388152923143, '{"calls":{"buy0":{"gate":"confirm","expires":0.001}}}', '{"role":"assistant","content":null,"tool_calls":[{"id":"buy0","type":"function","function":{"name":"buy","arguments":"{\"amount\":1}"}}]}');
INSERT INTO of_the_dump.step VALUES (13, 1, 'begin', 'model', 1795388153213040, '{"preamble":275}', '{"role":"system","content":"Use get_user_input whenever you lack something that only the user knows, instead of guessing or asking in your answer.\nAsk for all that is missing in one call, each thing a field with a clear description. Do not ask for what you have been told."},{"role":"user","content":"doubt"}');
INSERT INTO of_the_dump.step VALUES (13, 2, 'call', 'tool', 1795388153330181, '{}', '{"role":"assistant","content":null,"tool_calls":[{"id":"charge0","type":"function","function":{"name":"charge","arguments":"{\"amount\":1}"}}]}');
INSERT INTO of_the_dump.step VALUES (13, 3, 'recover', 'doubt', 1795388153697595, '{"calls":{"charge0":"doubt"}}', NULL);
INSERT INTO of_the_dump.step VALUES (14, 1, 'begin', 'model', 1795388153957626, '{"preamble":275}', '{"role":"system","content":"Use get_user_input whenever you lack something that only the user knows, instead of guessing or asking in your answer.\nAsk for all that is missing in one call, each thing a field with a clear description. Do not ask for what you have been told."},{"role":"user","content":"once"}');
INSERT INTO of_the_dump.step VALUES (14, 2, 'call', 'tool', 1795388154046371, '{}', '{"role":"assistant","content":null,"tool_calls":[{"id":"charge0","type":"function","function":{"name":"charge","arguments":"{\"amount\":1}"}}]}');
INSERT INTO of_the_dump.step VALUES (15, 1, 'begin', 'model', 1795388154300544, '{"preamble":275}', '{"role":"system","content":"Use get_user_input whenever you lack something that only the user knows, instead of guessing or asking in your answer.\nAsk for all that is missing in one call, each thing a field with a clear description. Do not ask for what you have been told."},{"role":"user","content":"read"}');
INSERT INTO of_the_dump.step VALUES (15, 2, 'call', 'tool', 1795388154390376, '{"calls":{"look0":{"policy":"read"}}}', '{"role":"assistant","content":null,"tool_calls":[{"id":"look0","type":"function","function":{"name":"look","arguments":"{\"amount\":1}"}}]}');
INSERT INTO of_the_dump.step VALUES (16, 1, 'begin', 'model', 1795388154680643, '{"preamble":275}', '{"role":"system","content":"Use get_user_input whenever you lack something that only the user knows, instead of guessing or asking in your answer.\nAsk for all that is missing in one call, each thing a field with a clear description. Do not ask for what you have been told."},{"role":"user","content":"idempotent"}');
INSERT INTO of_the_dump.step VALUES (16, 2, 'call', 'tool', 1795388154764806, '{"calls":{"note0":{"policy":"idempotent"}}}', '{"role":"assistant","content":null,"tool_calls":[{"id":"note0","type":"function","function":{"name":"note","arguments":"{\"amount\":1}"}}]}');
INSERT INTO of_the_dump.step VALUES (17, 1, 'begin', 'model', 1795388155028523, '{"preamble":275}', '{"role":"system","content":"Use get_user_input whenever you lack something that only the user knows, instead of guessing or asking in your answer.\nAsk for all that is missing in one call, each thing a field with a clear description. Do not ask for what you have been told."},{"role":"user","content":"happened"}');
INSERT INTO of_the_dump.step VALUES (17, 2, 'call', 'tool', 1795388155120956, '{"calls":{"send0":{"policy":"probe"}}}', '{"role":"assistant","content":null,"tool_calls":[{"id":"send0","type":"function","function":{"name":"send","arguments":"{\"amount\":1}"}}]}');
INSERT INTO of_the_dump.step VALUES (18, 1, 'begin', 'model', 1795388155372725, '{"preamble":275}', '{"role":"system","content":"Use get_user_input whenever you lack something that only the user knows, instead of guessing or asking in your answer.\nAsk for all that is missing in one call, each thing a field with a clear description. Do not ask for what you have been told."},{"role":"user","content":"unknown"}');
INSERT INTO of_the_dump.step VALUES (18, 2, 'call', 'tool', 1795388155461874, '{"calls":{"send0":{"policy":"probe"}}}', '{"role":"assistant","content":null,"tool_calls":[{"id":"send0","type":"function","function":{"name":"send","arguments":"{\"amount\":0}"}}]}');
INSERT INTO of_the_dump.step VALUES (19, 1, 'begin', 'model', 1795388155730007, '{"preamble":275}', '{"role":"system","content":"Use get_user_input whenever you lack something that only the user knows, instead of guessing or asking in your answer.\nAsk for all that is missing in one call, each thing a field with a clear description. Do not ask for what you have been told."},{"role":"user","content":"side by side"}');
INSERT INTO of_the_dump.step VALUES (19, 2, 'call', 'tool', 1795388155809540, '{"calls":{"look0":{"policy":"read"}}}', '{"role":"assistant","content":null,"tool_calls":[{"id":"look0","type":"function","function":{"name":"look","arguments":"{\"amount\":1}"}},{"id":"charge0","type":"function","function":{"name":"charge","arguments":"{\"amount\":2}"}}]}');
INSERT INTO of_the_dump.step VALUES (19, 3, 'start', 'tool', 1795388155813861, '{"call":"look0"}', NULL);
INSERT INTO of_the_dump.step VALUES (20, 1, 'begin', 'model', 1795388156077189, '{"preamble":275}', '{"role":"system","content":"Use get_user_input whenever you lack something that only the user knows, instead of guessing or asking in your answer.\nAsk for all that is missing in one call, each thing a field with a clear description. Do not ask for what you have been told."},{"role":"user","content":"asking"}');
INSERT INTO of_the_dump.step VALUES (20, 2, 'call', 'tool', 1795388156170419, '{"calls":{"look0":{"policy":"read"}}}', '{"role":"assistant","content":null,"tool_calls":[{"id":"look0","type":"function","function":{"name":"look","arguments":"{\"amount\":1}"}}]}');
INSERT INTO of_the_dump.step VALUES (20, 3, 'result', 'model', 1795388156173740, '{"call":"look0"}', '{"role":"tool","tool_call_id":"look0","content":"saw 1"}');
SELECT pg_catalog.setval('of_the_dump.definition_number_seq', 20, true);
SELECT pg_catalog.setval('of_the_dump.request_number_seq', 14, true);
SELECT pg_catalog.setval('of_the_dump.run_number_seq', 20, true);
ALTER TABLE ONLY of_the_dump.definition
    ADD CONSTRAINT definition_hash_plan_unique UNIQUE (hash, plan);
ALTER TABLE ONLY of_the_dump.definition
    ADD CONSTRAINT definition_pkey PRIMARY KEY (number);
ALTER TABLE ONLY of_the_dump.graphagent
    ADD CONSTRAINT graphagent_pkey PRIMARY KEY (schema_version);
ALTER TABLE ONLY of_the_dump.request
    ADD CONSTRAINT request_pkey PRIMARY KEY (number);
ALTER TABLE ONLY of_the_dump.request
    ADD CONSTRAINT request_run_seq_call_unique UNIQUE (run, seq, call);
ALTER TABLE ONLY of_the_dump.run
    ADD CONSTRAINT run_id_unique UNIQUE (id);
ALTER TABLE ONLY of_the_dump.run
    ADD CONSTRAINT run_pkey PRIMARY KEY (number);
ALTER TABLE ONLY of_the_dump.step
    ADD CONSTRAINT step_pkey PRIMARY KEY (run, seq);
CREATE UNIQUE INDEX request_pending_unique ON of_the_dump.request USING btree (run, call) WHERE ((status)::text = 'pending'::text);
CREATE INDEX run_space_session_id ON of_the_dump.run USING btree (space, session_id);
CREATE INDEX run_space_user_id ON of_the_dump.run USING btree (space, user_id) WHERE (user_id IS NOT NULL);
ALTER TABLE ONLY of_the_dump.request
    ADD CONSTRAINT request_run_fkey FOREIGN KEY (run) REFERENCES of_the_dump.run(number) ON DELETE CASCADE;
ALTER TABLE ONLY of_the_dump.run
    ADD CONSTRAINT run_definition_fkey FOREIGN KEY (definition) REFERENCES of_the_dump.definition(number);
ALTER TABLE ONLY of_the_dump.step
    ADD CONSTRAINT step_run_fkey FOREIGN KEY (run) REFERENCES of_the_dump.run(number) ON DELETE CASCADE;
