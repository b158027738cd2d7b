BEGIN TRANSACTION;
CREATE TABLE definition (
    number INTEGER NOT NULL,
    hash VARCHAR NOT NULL,
    "plan" VARCHAR NOT NULL,
    description TEXT NOT NULL,
    CONSTRAINT definition_pkey PRIMARY KEY (number),
    CONSTRAINT definition_hash_plan_unique UNIQUE (hash, "plan")
);
INSERT INTO "definition" VALUES(1,'c5b1bb1b097623d744d748cc3def175e43b456b4aa337c9fbc3b7dee7a819c5b','cancelled completed confirm doubt external failed input model ready respond tool','{"plan":["cancelled","completed","confirm","doubt","external","failed","input","model","ready","respond","tool"],"tools":{"buy":{"gate":"confirm","policy":"once","parameters":{"additionalProperties":false,"properties":{"amount":{"type":"integer"}},"required":["amount"],"type":"object"}},"charge":{"gate":null,"policy":"once","parameters":{"additionalProperties":false,"properties":{"amount":{"type":"integer"}},"required":["amount"],"type":"object"}},"get_user_input":{"gate":"input","policy":"read","parameters":{"$defs":{"AskedField":{"additionalProperties":false,"description":"One value to ask for.","properties":{"field_name":{"type":"string"},"field_type":{"type":"string"},"field_description":{"default":"","type":"string"}},"required":["field_name","field_type"],"title":"AskedField","type":"object"}},"additionalProperties":false,"properties":{"user_input_fields":{"items":{"$ref":"#/$defs/AskedField"},"type":"array","description":"What to ask for. A field_type is one of str, int, float, bool, list, dict, date, time,\ndatetime."}},"required":["user_input_fields"],"type":"object"}},"look":{"gate":null,"policy":"read","parameters":{"additionalProperties":false,"properties":{"amount":{"type":"integer"}},"required":["amount"],"type":"object"}},"mail":{"gate":"input","policy":"once","parameters":{"additionalProperties":false,"properties":{"amount":{"type":"integer"}},"required":["amount"],"type":"object"},"form":{"additionalProperties":false,"properties":{"amount":{"type":"integer"},"to":{"type":"string"}},"required":["amount","to"],"type":"object"}},"note":{"gate":null,"policy":"idempotent","parameters":{"additionalProperties":false,"properties":{"amount":{"type":"integer"}},"required":["amount"],"type":"object"}},"order":{"gate":"external","policy":"once","parameters":{"additionalProperties":false,"properties":{"amount":{"type":"integer"}},"required":["amount"],"type":"object"}},"pay":{"gate":"confirm","policy":"once","parameters":{"additionalProperties":false,"properties":{"amount":{"type":"integer"}},"required":["amount"],"type":"object"}},"send":{"gate":null,"policy":"probe","parameters":{"additionalProperties":false,"properties":{"amount":{"type":"integer"}},"required":["amount"],"type":"object"}}}}');
CREATE TABLE graphagent (
    schema_version INTEGER NOT NULL,
    CONSTRAINT graphagent_pkey PRIMARY KEY (schema_version)
);
INSERT INTO "graphagent" VALUES(3);
CREATE TABLE memory (
    number INTEGER NOT NULL,
    space VARCHAR NOT NULL,
    user_id VARCHAR NOT NULL,
    id VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    operation VARCHAR NOT NULL,
    memory TEXT,
    topics TEXT,
    input TEXT,
    is_current BOOLEAN NOT NULL,
    run VARCHAR,
    seq INTEGER,
    place INTEGER,
    at INTEGER NOT NULL,
    CONSTRAINT memory_pkey PRIMARY KEY (number),
    CONSTRAINT memory_space_user_id_id_version_unique UNIQUE (space, user_id, id, version),
    CONSTRAINT memory_run_seq_place_unique UNIQUE (run, seq, place)
);
PRAGMA writable_schema=ON;
INSERT INTO sqlite_master(type,name,tbl_name,rootpage,sql)VALUES('table','memory_words','memory_words',0,'CREATE VIRTUAL TABLE memory_words USING fts5(owner, words, tokenize = ''unicode61 remove_diacritics 0'')');
CREATE TABLE 'memory_words_config'(k PRIMARY KEY, v) WITHOUT ROWID;
INSERT INTO "memory_words_config" VALUES('version',4);
CREATE TABLE 'memory_words_content'(id INTEGER PRIMARY KEY, c0, c1);
CREATE TABLE 'memory_words_data'(id INTEGER PRIMARY KEY, block BLOB);
INSERT INTO "memory_words_data" VALUES(1,X'');
INSERT INTO "memory_words_data" VALUES(10,X'00000000000000');
CREATE TABLE 'memory_words_docsize'(id INTEGER PRIMARY KEY, sz BLOB);
CREATE TABLE 'memory_words_idx'(segid, term, pgno, PRIMARY KEY(segid, term)) WITHOUT ROWID;
CREATE TABLE outbox (
    run INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    CONSTRAINT outbox_pkey PRIMARY KEY (run, seq),
    CONSTRAINT outbox_run_fkey FOREIGN KEY(run) REFERENCES run (number) ON DELETE CASCADE
);
CREATE TABLE request (
    number INTEGER NOT NULL,
    run INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    call VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    tool VARCHAR NOT NULL,
    arguments TEXT NOT NULL,
    digest VARCHAR NOT NULL,
    fields TEXT,
    status VARCHAR NOT NULL,
    asked_at INTEGER NOT NULL,
    expires_at INTEGER,
    decided_at INTEGER,
    decided_by VARCHAR,
    note TEXT,
    CONSTRAINT request_pkey PRIMARY KEY (number),
    CONSTRAINT request_run_seq_call_unique UNIQUE (run, seq, call),
    CONSTRAINT request_run_fkey FOREIGN KEY(run) REFERENCES run (number) ON DELETE CASCADE
);
INSERT INTO "request" VALUES(1,4,2,'pay0','confirm','pay','{"amount":1}','a048dd6ce2f11e017ccf53b2e038015230101e759bb7a5257581d52a77c9d17f',NULL,'cancelled',1795388621448071,NULL,1795388621451054,NULL,NULL);
INSERT INTO "request" VALUES(2,5,2,'pay0','confirm','pay','{"amount":1}','a048dd6ce2f11e017ccf53b2e038015230101e759bb7a5257581d52a77c9d17f',NULL,'pending',1795388621558796,NULL,NULL,NULL,NULL);
INSERT INTO "request" VALUES(3,6,2,'mail0','input','mail','{"amount":1}','9b9f1cd28140c2dde7ed5c6d2381fe05b1c331258d301e218a28906daf08d6e9','[{"name":"amount","field_type":"int","description":null,"value":1,"required":true},{"name":"to","field_type":"str","description":null,"value":null,"required":true}]','pending',1795388621662059,NULL,NULL,NULL,NULL);
INSERT INTO "request" VALUES(4,7,2,'get_user_input0','input','get_user_input','{"user_input_fields":[{"field_name":"seat","field_type":"str","field_description":"Which one."}]}','48189442151d0d61c36ae71baed109152af1406a67099cf66728afc2e53de8c3','[{"name":"seat","field_type":"str","description":"Which one.","value":null,"required":true}]','pending',1795388621803052,NULL,NULL,NULL,NULL);
INSERT INTO "request" VALUES(5,8,2,'order0','external','order','{"amount":1}','4da102ee70de7f9f84eb2035a417a9ad0aaa4e0e0558317b2e8b1f4efeedd123',NULL,'pending',1795388621922066,NULL,NULL,NULL,NULL);
INSERT INTO "request" VALUES(6,9,2,'pay0','confirm','pay','{"amount":2}','d601cc3b79bd595adcc7fb4352ab7a830a35d419922edba0ae7d68575f9741d7',NULL,'pending',1795388622032698,NULL,NULL,NULL,NULL);
INSERT INTO "request" VALUES(7,9,2,'mail0','input','mail','{"amount":3}','0170e6563984316ff3e14bab577b0772803dd50c82987df72b16b8186ceed7b3','[{"name":"amount","field_type":"int","description":null,"value":3,"required":true},{"name":"to","field_type":"str","description":null,"value":null,"required":true}]','pending',1795388622032698,NULL,NULL,NULL,NULL);
INSERT INTO "request" VALUES(8,9,2,'order0','external','order','{"amount":4}','f57c8b6574bb1971037e4867ee3457313ccc0c6d7ceb813c9adb2a8b256872a1',NULL,'pending',1795388622032698,NULL,NULL,NULL,NULL);
INSERT INTO "request" VALUES(9,10,2,'pay0','confirm','pay','{"amount":2}','d601cc3b79bd595adcc7fb4352ab7a830a35d419922edba0ae7d68575f9741d7',NULL,'approved',1795388622270809,NULL,1795388622276482,'bob','fine');
INSERT INTO "request" VALUES(10,10,2,'mail0','input','mail','{"amount":3}','0170e6563984316ff3e14bab577b0772803dd50c82987df72b16b8186ceed7b3','[{"name":"amount","field_type":"int","description":null,"value":3,"required":true},{"name":"to","field_type":"str","description":null,"value":null,"required":true}]','answered',1795388622270809,NULL,1795388622297145,'bob',NULL);
INSERT INTO "request" VALUES(11,10,2,'order0','external','order','{"amount":4}','f57c8b6574bb1971037e4867ee3457313ccc0c6d7ceb813c9adb2a8b256872a1',NULL,'pending',1795388622270809,NULL,NULL,NULL,NULL);
INSERT INTO "request" VALUES(12,11,4,'pay1','confirm','pay','{"amount":2}','d601cc3b79bd595adcc7fb4352ab7a830a35d419922edba0ae7d68575f9741d7',NULL,'pending',1795388622444219,NULL,NULL,NULL,NULL);
INSERT INTO "request" VALUES(13,12,2,'buy0','confirm','buy','{"amount":1}','1656349cf0e984fbeeb293a9af6d53bdbedd558e00e9605cb40d6c02e02265a6',NULL,'pending',1795388622588432,1795388622589432,NULL,NULL,NULL);
INSERT INTO "request" VALUES(14,13,3,'charge0','doubt','charge','{"amount":1}','b979c3e65e1c40753450e00903a436af91e82284f2ed52bddf81b534adba7ba3',NULL,'pending',1795388622869193,NULL,NULL,NULL,NULL);
CREATE TABLE run (
    number INTEGER NOT NULL,
    id VARCHAR NOT NULL,
    space VARCHAR NOT NULL,
    session_id VARCHAR NOT NULL,
    user_id VARCHAR,
    agent_id VARCHAR NOT NULL,
    agent_name VARCHAR,
    definition INTEGER NOT NULL,
    parent_id VARCHAR,
    parent_seq INTEGER,
    state VARCHAR NOT NULL,
    seq INTEGER NOT NULL,
    owner VARCHAR,
    epoch INTEGER NOT NULL,
    lease_until INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    CONSTRAINT run_pkey PRIMARY KEY (number),
    CONSTRAINT run_id_unique UNIQUE (id),
    CONSTRAINT run_definition_fkey FOREIGN KEY(definition) REFERENCES definition (number)
);
INSERT INTO "run" VALUES(1,'01a20580-4075-7406-a6b9-332844dd70b2','runs','answered',NULL,'parker','parker',1,NULL,NULL,'completed',3,NULL,0,0,1795388620997878,1795388621009708);
INSERT INTO "run" VALUES(2,'01a20580-4107-7033-8039-94935bf1925a','runs','called',NULL,'parker','parker',1,NULL,NULL,'completed',10,NULL,0,0,1795388621144207,1795388621163952);
INSERT INTO "run" VALUES(3,'01a20580-41a7-7ebd-b166-5705acdadaf2','runs','failed',NULL,'parker','parker',1,NULL,NULL,'failed',2,NULL,0,0,1795388621310050,1795388621316801);
INSERT INTO "run" VALUES(4,'01a20580-423d-705b-b090-c78a075a5f2d','runs','cancelled',NULL,'parker','parker',1,NULL,NULL,'cancelled',3,NULL,0,0,1795388621443227,1795388621451054);
INSERT INTO "run" VALUES(5,'01a20580-42b1-76dd-939c-af7f196cbf54','runs','confirm',NULL,'parker','parker',1,NULL,NULL,'confirm',2,NULL,0,0,1795388621552904,1795388621558796);
INSERT INTO "run" VALUES(6,'01a20580-431f-79a1-a020-dcc126c8cc40','runs','input',NULL,'parker','parker',1,NULL,NULL,'input',2,NULL,0,0,1795388621656603,1795388621662059);
INSERT INTO "run" VALUES(7,'01a20580-438d-7d0f-b6ea-6d255f03c222','runs','form',NULL,'parker','parker',1,NULL,NULL,'input',2,NULL,0,0,1795388621792941,1795388621803052);
INSERT INTO "run" VALUES(8,'01a20580-4419-703c-b2ad-4968a981d88b','runs','external',NULL,'parker','parker',1,NULL,NULL,'external',2,NULL,0,0,1795388621916383,1795388621922066);
INSERT INTO "run" VALUES(9,'01a20580-448d-710e-8461-33fc1928517c','runs','each',NULL,'parker','parker',1,NULL,NULL,'confirm',3,NULL,0,0,1795388622025448,1795388622034786);
INSERT INTO "run" VALUES(10,'01a20580-4526-7ad7-83d7-eb04f810373e','runs','decided',NULL,'parker','parker',1,NULL,NULL,'external',5,NULL,0,0,1795388622256846,1795388622297145);
INSERT INTO "run" VALUES(11,'01a20580-4613-7dac-afb7-070700142357','runs','rounds',NULL,'parker','parker',1,NULL,NULL,'confirm',4,NULL,0,0,1795388622434216,1795388622444219);
INSERT INTO "run" VALUES(12,'01a20580-46aa-77ee-a370-f83531d92ea5','runs','expired',NULL,'parker','parker',1,NULL,NULL,'confirm',2,NULL,0,0,1795388622580981,1795388622588432);
INSERT INTO "run" VALUES(13,'01a20580-472b-7492-9044-056b5fbdce7e','runs','doubt',NULL,'parker','parker',1,NULL,NULL,'doubt',3,NULL,1,0,1795388622718614,1795388622869193);
INSERT INTO "run" VALUES(14,'01a20580-484b-7028-b54e-d8fbb805c62d','runs','once',NULL,'parker','parker',1,NULL,NULL,'tool',2,'vm/fc627d95/4026531836 5952 1742813 1',0,1795388652997876,1795388622991264,1795388622997876);
INSERT INTO "run" VALUES(15,'01a20580-48c4-7f95-8832-cbbcc0793200','runs','read',NULL,'parker','parker',1,NULL,NULL,'tool',2,'vm/fc627d95/4026531836 5954 1742825 1',0,1795388653129691,1795388623121559,1795388623129691);
INSERT INTO "run" VALUES(16,'01a20580-4954-7699-bd58-adabb7efc7ef','runs','idempotent',NULL,'parker','parker',1,NULL,NULL,'tool',2,'vm/fc627d95/4026531836 5956 1742839 1',0,1795388653285278,1795388623276824,1795388623285278);
INSERT INTO "run" VALUES(17,'01a20580-49f8-7263-94e6-9a930ddc67b7','runs','happened',NULL,'parker','parker',1,NULL,NULL,'tool',2,'vm/fc627d95/4026531836 5958 1742854 1',0,1795388653460285,1795388623451478,1795388623460285);
INSERT INTO "run" VALUES(18,'01a20580-4aa5-7e2e-a9ee-dbaabbf4e8b8','runs','unknown',NULL,'parker','parker',1,NULL,NULL,'tool',2,'vm/fc627d95/4026531836 5960 1742871 1',0,1795388653609238,1795388623602440,1795388623609238);
INSERT INTO "run" VALUES(19,'01a20580-4b35-74aa-bab4-df4e9d237253','runs','side by side',NULL,'parker','parker',1,NULL,NULL,'tool',4,'vm/fc627d95/4026531836 5962 1742887 1',0,1795388653776435,1795388623757348,1795388623776435);
INSERT INTO "run" VALUES(20,'01a20580-4bd9-7e2c-a17a-133a8457986c','runs','asking',NULL,'parker','parker',1,NULL,NULL,'model',3,'vm/fc627d95/4026531836 5966 1742903 1',0,1795388653909088,1795388623900961,1795388623909088);
CREATE TABLE session (
    number INTEGER NOT NULL,
    space VARCHAR NOT NULL,
    id VARCHAR NOT NULL,
    user_id VARCHAR,
    name VARCHAR,
    state TEXT,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER,
    CONSTRAINT session_pkey PRIMARY KEY (number),
    CONSTRAINT session_space_id_unique UNIQUE (space, id)
);
INSERT INTO "session" VALUES(1,'runs','answered',NULL,NULL,NULL,0,1795388620997878,NULL);
INSERT INTO "session" VALUES(2,'runs','called',NULL,NULL,NULL,0,1795388621144207,NULL);
INSERT INTO "session" VALUES(3,'runs','failed',NULL,NULL,NULL,0,1795388621310050,NULL);
INSERT INTO "session" VALUES(4,'runs','cancelled',NULL,NULL,NULL,0,1795388621443227,NULL);
INSERT INTO "session" VALUES(5,'runs','confirm',NULL,NULL,NULL,0,1795388621552904,NULL);
INSERT INTO "session" VALUES(6,'runs','input',NULL,NULL,NULL,0,1795388621656603,NULL);
INSERT INTO "session" VALUES(7,'runs','form',NULL,NULL,NULL,0,1795388621792941,NULL);
INSERT INTO "session" VALUES(8,'runs','external',NULL,NULL,NULL,0,1795388621916383,NULL);
INSERT INTO "session" VALUES(9,'runs','each',NULL,NULL,NULL,0,1795388622025448,NULL);
INSERT INTO "session" VALUES(10,'runs','decided',NULL,NULL,NULL,0,1795388622256846,NULL);
INSERT INTO "session" VALUES(11,'runs','rounds',NULL,NULL,NULL,0,1795388622434216,NULL);
INSERT INTO "session" VALUES(12,'runs','expired',NULL,NULL,NULL,0,1795388622580981,NULL);
INSERT INTO "session" VALUES(13,'runs','doubt',NULL,NULL,NULL,0,1795388622718614,NULL);
INSERT INTO "session" VALUES(14,'runs','once',NULL,NULL,NULL,0,1795388622991264,NULL);
INSERT INTO "session" VALUES(15,'runs','read',NULL,NULL,NULL,0,1795388623121559,NULL);
INSERT INTO "session" VALUES(16,'runs','idempotent',NULL,NULL,NULL,0,1795388623276824,NULL);
INSERT INTO "session" VALUES(17,'runs','happened',NULL,NULL,NULL,0,1795388623451478,NULL);
INSERT INTO "session" VALUES(18,'runs','unknown',NULL,NULL,NULL,0,1795388623602440,NULL);
INSERT INTO "session" VALUES(19,'runs','side by side',NULL,NULL,NULL,0,1795388623757348,NULL);
INSERT INTO "session" VALUES(20,'runs','asking',NULL,NULL,NULL,0,1795388623900961,NULL);
CREATE TABLE step (
    run INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    "trigger" VARCHAR NOT NULL,
    state VARCHAR NOT NULL,
    at INTEGER NOT NULL,
    data TEXT,
    messages TEXT,
    CONSTRAINT step_pkey PRIMARY KEY (run, seq),
    CONSTRAINT step_run_fkey FOREIGN KEY(run) REFERENCES run (number) ON DELETE CASCADE
);
INSERT INTO "step" VALUES(1,1,'begin','model',1795388620997878,'{"preamble":275}','{"role":"system","content":"Use get_user_input whenever you lack something that only the user knows, instead of guessing or asking in your answer.\nAsk for all that is missing in one call, each thing a field with a clear description. Do not ask for what you have been told."},{"role":"user","content":"answered"}');
INSERT INTO "step" VALUES(1,2,'reply','respond',1795388621009657,'{}','{"role":"assistant","content":"nothing"}');
INSERT INTO "step" VALUES(1,3,'finish','completed',1795388621009708,NULL,NULL);
INSERT INTO "step" VALUES(2,1,'begin','model',1795388621144207,'{"preamble":275}','{"role":"system","content":"Use get_user_input whenever you lack something that only the user knows, instead of guessing or asking in your answer.\nAsk for all that is missing in one call, each thing a field with a clear description. Do not ask for what you have been told."},{"role":"user","content":"called"}');
INSERT INTO "step" VALUES(2,2,'call','tool',1795388621151224,'{"calls":{"look0":{"policy":"read"},"note0":{"policy":"idempotent"}}}','{"role":"assistant","content":null,"tool_calls":[{"id":"look0","type":"function","function":{"name":"look","arguments":"{\"amount\":1}"}},{"id":"note0","type":"function","function":{"name":"note","arguments":"{\"amount\":2}"}}]}');
INSERT INTO "step" VALUES(2,3,'start','tool',1795388621158937,'{"call":"look0"}',NULL);
INSERT INTO "step" VALUES(2,4,'start','tool',1795388621160646,'{"call":"note0"}',NULL);
INSERT INTO "step" VALUES(2,5,'result','tool',1795388621161774,'{"call":"look0"}','{"role":"tool","tool_call_id":"look0","content":"saw 1"}');
INSERT INTO "step" VALUES(2,6,'result','model',1795388621162106,'{"call":"note0"}','{"role":"tool","tool_call_id":"note0","content":"noted 2"}');
INSERT INTO "step" VALUES(2,7,'call','tool',1795388621162571,'{}','{"role":"assistant","content":null,"tool_calls":[{"id":"charge1","type":"function","function":{"name":"charge","arguments":"{\"amount\":3}"}}]}');
INSERT INTO "step" VALUES(2,8,'result','model',1795388621163542,'{"call":"charge1"}','{"role":"tool","tool_call_id":"charge1","content":"charged 3"}');
INSERT INTO "step" VALUES(2,9,'reply','respond',1795388621163923,'{}','{"role":"assistant","content":"saw 1; noted 2; charged 3"}');
INSERT INTO "step" VALUES(2,10,'finish','completed',1795388621163952,NULL,NULL);
INSERT INTO "step" VALUES(3,1,'begin','model',1795388621310050,'{"preamble":275}','{"role":"system","content":"Use get_user_input whenever you lack something that only the user knows, instead of guessing or asking in your answer.\nAsk for all that is missing in one call, each thing a field with a clear description. Do not ask for what you have been told."},{"role":"user","content":"failed"}');
INSERT INTO "step" VALUES(3,2,'fail','failed',1795388621316801,'{"error":{"type":"ModelConnectionError","message":"nobody answers"}}',NULL);
INSERT INTO "step" VALUES(4,1,'begin','model',1795388621443227,'{"preamble":275}','{"role":"system","content":"Use get_user_input whenever you lack something that only the user knows, instead of guessing or asking in your answer.\nAsk for all that is missing in one call, each thing a field with a clear description. Do not ask for what you have been told."},{"role":"user","content":"cancelled"}');
INSERT INTO "step" VALUES(4,2,'call','confirm',1795388621448071,'{"calls":{"pay0":{"gate":"confirm"}}}','{"role":"assistant","content":null,"tool_calls":[{"id":"pay0","type":"function","function":{"name":"pay","arguments":"{\"amount\":1}"}}]}');
INSERT INTO "step" VALUES(4,3,'cancel','cancelled',1795388621451054,'{"reason":"The run was cancelled."}',NULL);
INSERT INTO "step" VALUES(5,1,'begin','model',1795388621552904,'{"preamble":275}','{"role":"system","content":"Use get_user_input whenever you lack something that only the user knows, instead of guessing or asking in your answer.\nAsk for all that is missing in one call, each thing a field with a clear description. Do not ask for what you have been told."},{"role":"user","content":"confirm"}');
INSERT INTO "step" VALUES(5,2,'call','confirm',1795388621558796,'{"calls":{"pay0":{"gate":"confirm"}}}','{"role":"assistant","content":null,"tool_calls":[{"id":"pay0","type":"function","function":{"name":"pay","arguments":"{\"amount\":1}"}}]}');
INSERT INTO "step" VALUES(6,1,'begin','model',1795388621656603,'{"preamble":275}','{"role":"system","content":"Use get_user_input whenever you lack something that only the user knows, instead of guessing or asking in your answer.\nAsk for all that is missing in one call, each thing a field with a clear description. Do not ask for what you have been told."},{"role":"user","content":"input"}');
INSERT INTO "step" VALUES(6,2,'call','input',1795388621662059,'{"calls":{"mail0":{"gate":"input","fields":[{"name":"amount","field_type":"int","description":null,"value":1,"required":true},{"name":"to","field_type":"str","description":null,"value":null,"required":true}]}}}','{"role":"assistant","content":null,"tool_calls":[{"id":"mail0","type":"function","function":{"name":"mail","arguments":"{\"amount\":1}"}}]}');
INSERT INTO "step" VALUES(7,1,'begin','model',1795388621792941,'{"preamble":275}','{"role":"system","content":"Use get_user_input whenever you lack something that only the user knows, instead of guessing or asking in your answer.\nAsk for all that is missing in one call, each thing a field with a clear description. Do not ask for what you have been told."},{"role":"user","content":"form"}');
INSERT INTO "step" VALUES(7,2,'call','input',1795388621803052,'{"calls":{"get_user_input0":{"gate":"input","policy":"read","fields":[{"name":"seat","field_type":"str","description":"Which one.","value":null,"required":true}],"asks":true}}}','{"role":"assistant","content":null,"tool_calls":[{"id":"get_user_input0","type":"function","function":{"name":"get_user_input","arguments":"{\"user_input_fields\":[{\"field_name\":\"seat\",\"field_type\":\"str\",\"field_description\":\"Which one.\"}]}"}}]}');
INSERT INTO "step" VALUES(8,1,'begin','model',1795388621916383,'{"preamble":275}','{"role":"system","content":"Use get_user_input whenever you lack something that only the user knows, instead of guessing or asking in your answer.\nAsk for all that is missing in one call, each thing a field with a clear description. Do not ask for what you have been told."},{"role":"user","content":"external"}');
INSERT INTO "step" VALUES(8,2,'call','external',1795388621922066,'{"calls":{"order0":{"gate":"external"}}}','{"role":"assistant","content":null,"tool_calls":[{"id":"order0","type":"function","function":{"name":"order","arguments":"{\"amount\":1}"}}]}');
INSERT INTO "step" VALUES(9,1,'begin','model',1795388622025448,'{"preamble":275}','{"role":"system","content":"Use get_user_input whenever you lack something that only the user knows, instead of guessing or asking in your answer.\nAsk for all that is missing in one call, each thing a field with a clear description. Do not ask for what you have been told."},{"role":"user","content":"each"}');
INSERT INTO "step" VALUES(9,2,'call','tool',1795388622032698,'{"calls":{"look0":{"policy":"read"},"pay0":{"gate":"confirm"},"mail0":{"gate":"input","fields":[{"name":"amount","field_type":"int","description":null,"value":3,"required":true},{"name":"to","field_type":"str","description":null,"value":null,"required":true}]},"order0":{"gate":"external"}}}','{"role":"assistant","content":null,"tool_calls":[{"id":"look0","type":"function","function":{"name":"look","arguments":"{\"amount\":1}"}},{"id":"pay0","type":"function","function":{"name":"pay","arguments":"{\"amount\":2}"}},{"id":"mail0","type":"function","function":{"name":"mail","arguments":"{\"amount\":3}"}},{"id":"order0","type":"function","function":{"name":"order","arguments":"{\"amount\":4}"}}]}');
INSERT INTO "step" VALUES(9,3,'result','confirm',1795388622034786,'{"call":"look0"}','{"role":"tool","tool_call_id":"look0","content":"saw 1"}');
INSERT INTO "step" VALUES(10,1,'begin','model',1795388622256846,'{"preamble":275}','{"role":"system","content":"Use get_user_input whenever you lack something that only the user knows, instead of guessing or asking in your answer.\nAsk for all that is missing in one call, each thing a field with a clear description. Do not ask for what you have been told."},{"role":"user","content":"decided"}');
INSERT INTO "step" VALUES(10,2,'call','tool',1795388622270809,'{"calls":{"look0":{"policy":"read"},"pay0":{"gate":"confirm"},"mail0":{"gate":"input","fields":[{"name":"amount","field_type":"int","description":null,"value":3,"required":true},{"name":"to","field_type":"str","description":null,"value":null,"required":true}]},"order0":{"gate":"external"}}}','{"role":"assistant","content":null,"tool_calls":[{"id":"look0","type":"function","function":{"name":"look","arguments":"{\"amount\":1}"}},{"id":"pay0","type":"function","function":{"name":"pay","arguments":"{\"amount\":2}"}},{"id":"mail0","type":"function","function":{"name":"mail","arguments":"{\"amount\":3}"}},{"id":"order0","type":"function","function":{"name":"order","arguments":"{\"amount\":4}"}}]}');
INSERT INTO "step" VALUES(10,3,'result','confirm',1795388622274170,'{"call":"look0"}','{"role":"tool","tool_call_id":"look0","content":"saw 1"}');
INSERT INTO "step" VALUES(10,4,'approve','input',1795388622276482,'{"call":"pay0","digest":"d601cc3b79bd595adcc7fb4352ab7a830a35d419922edba0ae7d68575f9741d7","by":"bob","note":"fine"}',NULL);
INSERT INTO "step" VALUES(10,5,'answer','external',1795388622297145,'{"call":"mail0","digest":"0170e6563984316ff3e14bab577b0772803dd50c82987df72b16b8186ceed7b3","by":"bob","arguments":"{\"amount\":3,\"to\":\"ann\"}"}',NULL);
INSERT INTO "step" VALUES(11,1,'begin','model',1795388622434216,'{"preamble":275}','{"role":"system","content":"Use get_user_input whenever you lack something that only the user knows, instead of guessing or asking in your answer.\nAsk for all that is missing in one call, each thing a field with a clear description. Do not ask for what you have been told."},{"role":"user","content":"rounds"}');
INSERT INTO "step" VALUES(11,2,'call','tool',1795388622441792,'{"calls":{"look0":{"policy":"read"}}}','{"role":"assistant","content":null,"tool_calls":[{"id":"look0","type":"function","function":{"name":"look","arguments":"{\"amount\":1}"}}]}');
INSERT INTO "step" VALUES(11,3,'result','model',1795388622443678,'{"call":"look0"}','{"role":"tool","tool_call_id":"look0","content":"saw 1"}');
INSERT INTO "step" VALUES(11,4,'call','confirm',1795388622444219,'{"calls":{"pay1":{"gate":"confirm"}}}','{"role":"assistant","content":null,"tool_calls":[{"id":"pay1","type":"function","function":{"name":"pay","arguments":"{\"amount\":2}"}}]}');
INSERT INTO "step" VALUES(12,1,'begin','model',1795388622580981,'{"preamble":275}','{"role":"system","content":"Use get_user_input whenever you lack something that only the user knows, instead of guessing or asking in your answer.\nAsk for all that is missing in one call, each thing a field with a clear description. Do not ask for what you have been told."},{"role":"user","content":"expired"}');
INSERT INTO "step" VALUES(12,2,'call','confirm',1795388622588432,'{"calls":{"buy0":{"gate":"confirm","expires":0.001}}}','{"role":"assistant","content":null,"tool_calls":[{"id":"buy0","type":"function","function":{"name":"buy","arguments":"{\"amount\":1}"}}]}');
INSERT INTO "step" VALUES(13,1,'begin','model',1795388622718614,'{"preamble":275}','{"role":"system","content":"Use get_user_input whenever you lack something that only the user knows, instead of guessing or asking in your answer.\nAsk for all that is missing in one call, each thing a field with a clear description. Do not ask for what you have been told."},{"role":"user","content":"doubt"}');
INSERT INTO "step" VALUES(13,2,'call','tool',1795388622724281,'{}','{"role":"assistant","content":null,"tool_calls":[{"id":"charge0","type":"function","function":{"name":"charge","arguments":"{\"amount\":1}"}}]}');
INSERT INTO "step" VALUES(13,3,'recover','doubt',1795388622869193,'{"calls":{"charge0":"doubt"}}',NULL);
INSERT INTO "step" VALUES(14,1,'begin','model',1795388622991264,'{"preamble":275}','{"role":"system","content":"Use get_user_input whenever you lack something that only the user knows, instead of guessing or asking in your answer.\nAsk for all that is missing in one call, each thing a field with a clear description. Do not ask for what you have been told."},{"role":"user","content":"once"}');
INSERT INTO "step" VALUES(14,2,'call','tool',1795388622997876,'{}','{"role":"assistant","content":null,"tool_calls":[{"id":"charge0","type":"function","function":{"name":"charge","arguments":"{\"amount\":1}"}}]}');
INSERT INTO "step" VALUES(15,1,'begin','model',1795388623121559,'{"preamble":275}','{"role":"system","content":"Use get_user_input whenever you lack something that only the user knows, instead of guessing or asking in your answer.\nAsk for all that is missing in one call, each thing a field with a clear description. Do not ask for what you have been told."},{"role":"user","content":"read"}');
INSERT INTO "step" VALUES(15,2,'call','tool',1795388623129691,'{"calls":{"look0":{"policy":"read"}}}','{"role":"assistant","content":null,"tool_calls":[{"id":"look0","type":"function","function":{"name":"look","arguments":"{\"amount\":1}"}}]}');
INSERT INTO "step" VALUES(16,1,'begin','model',1795388623276824,'{"preamble":275}','{"role":"system","content":"Use get_user_input whenever you lack something that only the user knows, instead of guessing or asking in your answer.\nAsk for all that is missing in one call, each thing a field with a clear description. Do not ask for what you have been told."},{"role":"user","content":"idempotent"}');
INSERT INTO "step" VALUES(16,2,'call','tool',1795388623285278,'{"calls":{"note0":{"policy":"idempotent"}}}','{"role":"assistant","content":null,"tool_calls":[{"id":"note0","type":"function","function":{"name":"note","arguments":"{\"amount\":1}"}}]}');
INSERT INTO "step" VALUES(17,1,'begin','model',1795388623451478,'{"preamble":275}','{"role":"system","content":"Use get_user_input whenever you lack something that only the user knows, instead of guessing or asking in your answer.\nAsk for all that is missing in one call, each thing a field with a clear description. Do not ask for what you have been told."},{"role":"user","content":"happened"}');
INSERT INTO "step" VALUES(17,2,'call','tool',1795388623460285,'{"calls":{"send0":{"policy":"probe"}}}','{"role":"assistant","content":null,"tool_calls":[{"id":"send0","type":"function","function":{"name":"send","arguments":"{\"amount\":1}"}}]}');
INSERT INTO "step" VALUES(18,1,'begin','model',1795388623602440,'{"preamble":275}','{"role":"system","content":"Use get_user_input whenever you lack something that only the user knows, instead of guessing or asking in your answer.\nAsk for all that is missing in one call, each thing a field with a clear description. Do not ask for what you have been told."},{"role":"user","content":"unknown"}');
INSERT INTO "step" VALUES(18,2,'call','tool',1795388623609238,'{"calls":{"send0":{"policy":"probe"}}}','{"role":"assistant","content":null,"tool_calls":[{"id":"send0","type":"function","function":{"name":"send","arguments":"{\"amount\":0}"}}]}');
INSERT INTO "step" VALUES(19,1,'begin','model',1795388623757348,'{"preamble":275}','{"role":"system","content":"Use get_user_input whenever you lack something that only the user knows, instead of guessing or asking in your answer.\nAsk for all that is missing in one call, each thing a field with a clear description. Do not ask for what you have been told."},{"role":"user","content":"side by side"}');
INSERT INTO "step" VALUES(19,2,'call','tool',1795388623766830,'{"calls":{"look0":{"policy":"read"}}}','{"role":"assistant","content":null,"tool_calls":[{"id":"look0","type":"function","function":{"name":"look","arguments":"{\"amount\":1}"}},{"id":"charge0","type":"function","function":{"name":"charge","arguments":"{\"amount\":2}"}}]}');
INSERT INTO "step" VALUES(19,3,'start','tool',1795388623774406,'{"call":"look0"}',NULL);
INSERT INTO "step" VALUES(19,4,'start','tool',1795388623776435,'{"call":"charge0"}',NULL);
INSERT INTO "step" VALUES(20,1,'begin','model',1795388623900961,'{"preamble":275}','{"role":"system","content":"Use get_user_input whenever you lack something that only the user knows, instead of guessing or asking in your answer.\nAsk for all that is missing in one call, each thing a field with a clear description. Do not ask for what you have been told."},{"role":"user","content":"asking"}');
INSERT INTO "step" VALUES(20,2,'call','tool',1795388623907759,'{"calls":{"look0":{"policy":"read"}}}','{"role":"assistant","content":null,"tool_calls":[{"id":"look0","type":"function","function":{"name":"look","arguments":"{\"amount\":1}"}}]}');
INSERT INTO "step" VALUES(20,3,'result','model',1795388623909088,'{"call":"look0"}','{"role":"tool","tool_call_id":"look0","content":"saw 1"}');
CREATE TABLE summary (
    number INTEGER NOT NULL,
    space VARCHAR NOT NULL,
    user_id VARCHAR NOT NULL,
    session_id VARCHAR NOT NULL,
    summary TEXT NOT NULL,
    topics TEXT,
    run VARCHAR NOT NULL,
    seq INTEGER NOT NULL,
    at INTEGER NOT NULL,
    CONSTRAINT summary_pkey PRIMARY KEY (number),
    CONSTRAINT summary_run_seq_unique UNIQUE (run, seq)
);
CREATE INDEX memory_current ON memory (space, user_id, number) WHERE is_current;
CREATE INDEX session_space_user_id ON session (space, user_id) WHERE user_id IS NOT NULL;
CREATE INDEX summary_space_user_id_session_id ON summary (space, user_id, session_id);
CREATE INDEX run_space_session_id_number ON run (space, session_id, number);
CREATE INDEX run_space_user_id ON run (space, user_id) WHERE user_id IS NOT NULL;
CREATE UNIQUE INDEX request_pending_unique ON request (run, call) WHERE status = 'pending';
PRAGMA writable_schema=OFF;
COMMIT;
