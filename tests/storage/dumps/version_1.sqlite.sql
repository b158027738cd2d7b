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
INSERT INTO "graphagent" VALUES(1);
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
INSERT INTO "request" VALUES(1,4,2,'pay0','confirm','pay','{"amount":1}','a048dd6ce2f11e017ccf53b2e038015230101e759bb7a5257581d52a77c9d17f',NULL,'cancelled',1795388142383292,NULL,1795388142390340,NULL,NULL);
INSERT INTO "request" VALUES(2,5,2,'pay0','confirm','pay','{"amount":1}','a048dd6ce2f11e017ccf53b2e038015230101e759bb7a5257581d52a77c9d17f',NULL,'pending',1795388142553036,NULL,NULL,NULL,NULL);
INSERT INTO "request" VALUES(3,6,2,'mail0','input','mail','{"amount":1}','9b9f1cd28140c2dde7ed5c6d2381fe05b1c331258d301e218a28906daf08d6e9','[{"name":"amount","field_type":"int","description":null,"value":1,"required":true},{"name":"to","field_type":"str","description":null,"value":null,"required":true}]','pending',1795388142725061,NULL,NULL,NULL,NULL);
INSERT INTO "request" VALUES(4,7,2,'get_user_input0','input','get_user_input','{"user_input_fields":[{"field_name":"seat","field_type":"str","field_description":"Which one."}]}','48189442151d0d61c36ae71baed109152af1406a67099cf66728afc2e53de8c3','[{"name":"seat","field_type":"str","description":"Which one.","value":null,"required":true}]','pending',1795388142878671,NULL,NULL,NULL,NULL);
INSERT INTO "request" VALUES(5,8,2,'order0','external','order','{"amount":1}','4da102ee70de7f9f84eb2035a417a9ad0aaa4e0e0558317b2e8b1f4efeedd123',NULL,'pending',1795388143024277,NULL,NULL,NULL,NULL);
INSERT INTO "request" VALUES(6,9,2,'pay0','confirm','pay','{"amount":2}','d601cc3b79bd595adcc7fb4352ab7a830a35d419922edba0ae7d68575f9741d7',NULL,'pending',1795388143181632,NULL,NULL,NULL,NULL);
INSERT INTO "request" VALUES(7,9,2,'mail0','input','mail','{"amount":3}','0170e6563984316ff3e14bab577b0772803dd50c82987df72b16b8186ceed7b3','[{"name":"amount","field_type":"int","description":null,"value":3,"required":true},{"name":"to","field_type":"str","description":null,"value":null,"required":true}]','pending',1795388143181632,NULL,NULL,NULL,NULL);
INSERT INTO "request" VALUES(8,9,2,'order0','external','order','{"amount":4}','f57c8b6574bb1971037e4867ee3457313ccc0c6d7ceb813c9adb2a8b256872a1',NULL,'pending',1795388143181632,NULL,NULL,NULL,NULL);
INSERT INTO "request" VALUES(9,10,2,'pay0','confirm','pay','{"amount":2}','d601cc3b79bd595adcc7fb4352ab7a830a35d419922edba0ae7d68575f9741d7',NULL,'approved',1795388143337773,NULL,1795388143341907,'bob','fine');
INSERT INTO "request" VALUES(10,10,2,'mail0','input','mail','{"amount":3}','0170e6563984316ff3e14bab577b0772803dd50c82987df72b16b8186ceed7b3','[{"name":"amount","field_type":"int","description":null,"value":3,"required":true},{"name":"to","field_type":"str","description":null,"value":null,"required":true}]','answered',1795388143337773,NULL,1795388143357333,'bob',NULL);
INSERT INTO "request" VALUES(11,10,2,'order0','external','order','{"amount":4}','f57c8b6574bb1971037e4867ee3457313ccc0c6d7ceb813c9adb2a8b256872a1',NULL,'pending',1795388143337773,NULL,NULL,NULL,NULL);
INSERT INTO "request" VALUES(12,11,4,'pay1','confirm','pay','{"amount":2}','d601cc3b79bd595adcc7fb4352ab7a830a35d419922edba0ae7d68575f9741d7',NULL,'pending',1795388143500784,NULL,NULL,NULL,NULL);
INSERT INTO "request" VALUES(13,12,2,'buy0','confirm','buy','{"amount":1}','1656349cf0e984fbeeb293a9af6d53bdbedd558e00e9605cb40d6c02e02265a6',NULL,'pending',1795388143612973,1795388143613973,NULL,NULL,NULL);
INSERT INTO "request" VALUES(14,13,3,'charge0','doubt','charge','{"amount":1}','b979c3e65e1c40753450e00903a436af91e82284f2ed52bddf81b534adba7ba3',NULL,'pending',1795388143892434,NULL,NULL,NULL,NULL);
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
INSERT INTO "run" VALUES(1,'01a20578-f185-7142-8d41-8f87a662261d','runs','answered',NULL,'parker','parker',1,NULL,NULL,'completed',3,NULL,0,0,1795388141957346,1795388142020983);
INSERT INTO "run" VALUES(2,'01a20578-f1e7-7396-b878-e9ef28dc6d5a','runs','called',NULL,'parker','parker',1,NULL,NULL,'completed',10,NULL,0,0,1795388142055119,1795388142154558);
INSERT INTO "run" VALUES(3,'01a20578-f282-7aff-b039-d7b5a4fc5def','runs','failed',NULL,'parker','parker',1,NULL,NULL,'failed',2,NULL,0,0,1795388142210308,1795388142288673);
INSERT INTO "run" VALUES(4,'01a20578-f2f3-7cea-9d88-693ceb5e4d4e','runs','cancelled',NULL,'parker','parker',1,NULL,NULL,'cancelled',3,NULL,0,0,1795388142323320,1795388142390340);
INSERT INTO "run" VALUES(5,'01a20578-f374-7c38-aea6-4cf65b49772f','runs','confirm',NULL,'parker','parker',1,NULL,NULL,'confirm',2,NULL,0,0,1795388142451994,1795388142553036);
INSERT INTO "run" VALUES(6,'01a20578-f419-7088-bc83-40dc0bd8697f','runs','input',NULL,'parker','parker',1,NULL,NULL,'input',2,NULL,0,0,1795388142617259,1795388142725061);
INSERT INTO "run" VALUES(7,'01a20578-f4bf-7ea8-886d-2eb582beadc8','runs','form',NULL,'parker','parker',1,NULL,NULL,'input',2,NULL,0,0,1795388142783068,1795388142878671);
INSERT INTO "run" VALUES(8,'01a20578-f552-73cd-814b-625a13b90dba','runs','external',NULL,'parker','parker',1,NULL,NULL,'external',2,NULL,0,0,1795388142930126,1795388143024277);
INSERT INTO "run" VALUES(9,'01a20578-f5e7-7366-89f0-252ceee0480f','runs','each',NULL,'parker','parker',1,NULL,NULL,'confirm',3,NULL,0,0,1795388143079707,1795388143184350);
INSERT INTO "run" VALUES(10,'01a20578-f68c-7434-a936-52fee5e9f098','runs','decided',NULL,'parker','parker',1,NULL,NULL,'external',5,NULL,0,0,1795388143244280,1795388143357333);
INSERT INTO "run" VALUES(11,'01a20578-f733-7c68-a40b-2d4e2abb0d57','runs','rounds',NULL,'parker','parker',1,NULL,NULL,'confirm',4,NULL,0,0,1795388143411419,1795388143500784);
INSERT INTO "run" VALUES(12,'01a20578-f7bf-7cc0-bf34-44679d7af171','runs','expired',NULL,'parker','parker',1,NULL,NULL,'confirm',2,NULL,0,0,1795388143551763,1795388143612973);
INSERT INTO "run" VALUES(13,'01a20578-f82a-7935-9fe2-927089e8d1db','runs','doubt',NULL,'parker','parker',1,NULL,NULL,'doubt',3,NULL,1,0,1795388143658327,1795388143892434);
INSERT INTO "run" VALUES(14,'01a20578-f95c-7950-9c16-4f63d5fe626b','runs','once',NULL,'parker','parker',1,NULL,NULL,'tool',2,'vm/fc627d95/4026531836 15081 1694915 1',0,1795388174061136,1795388143964651,1795388144061136);
INSERT INTO "run" VALUES(15,'01a20578-f9fc-7f7f-8040-7c81924824ed','runs','read',NULL,'parker','parker',1,NULL,NULL,'tool',2,'vm/fc627d95/4026531836 15083 1694932 1',0,1795388174218331,1795388144124816,1795388144218331);
INSERT INTO "run" VALUES(16,'01a20578-fa94-750a-a909-e6f4163b1457','runs','idempotent',NULL,'parker','parker',1,NULL,NULL,'tool',2,'vm/fc627d95/4026531836 15085 1694947 1',0,1795388174380066,1795388144276042,1795388144380066);
INSERT INTO "run" VALUES(17,'01a20578-fb33-717e-ab0f-50b945fb5458','runs','happened',NULL,'parker','parker',1,NULL,NULL,'tool',2,'vm/fc627d95/4026531836 15087 1694963 1',0,1795388174527327,1795388144435261,1795388144527327);
INSERT INTO "run" VALUES(18,'01a20578-fbd1-7fd6-b87b-f5d18dcd2f57','runs','unknown',NULL,'parker','parker',1,NULL,NULL,'tool',2,'vm/fc627d95/4026531836 15089 1694978 1',0,1795388174794479,1795388144593981,1795388144794479);
INSERT INTO "run" VALUES(19,'01a20578-fcf2-70c8-abc7-55e4fc1cab2d','runs','side by side',NULL,'parker','parker',1,NULL,NULL,'tool',4,'vm/fc627d95/4026531836 15097 1695005 1',0,1795388175068419,1795388144882073,1795388145068419);
INSERT INTO "run" VALUES(20,'01a20578-fe02-720e-9618-19e0d0f4429f','runs','asking',NULL,'parker','parker',1,NULL,NULL,'model',3,'vm/fc627d95/4026531836 15108 1695033 1',0,1795388175267314,1795388145154017,1795388145267314);
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
INSERT INTO "step" VALUES(1,1,'begin','model',1795388141957346,'{"preamble":275}','{"role":"system","content":"Use get_user_input whenever you lack something that only the user knows, instead of guessing or asking in your answer.\nAsk for all that is missing in one call, each thing a field with a clear description. Do not ask for what you have been told."},{"role":"user","content":"answered"}');
INSERT INTO "step" VALUES(1,2,'reply','respond',1795388142020942,'{}','{"role":"assistant","content":"nothing"}');
INSERT INTO "step" VALUES(1,3,'finish','completed',1795388142020983,NULL,NULL);
INSERT INTO "step" VALUES(2,1,'begin','model',1795388142055119,'{"preamble":275}','{"role":"system","content":"Use get_user_input whenever you lack something that only the user knows, instead of guessing or asking in your answer.\nAsk for all that is missing in one call, each thing a field with a clear description. Do not ask for what you have been told."},{"role":"user","content":"called"}');
INSERT INTO "step" VALUES(2,2,'call','tool',1795388142139683,'{"calls":{"look0":{"policy":"read"},"note0":{"policy":"idempotent"}}}','{"role":"assistant","content":null,"tool_calls":[{"id":"look0","type":"function","function":{"name":"look","arguments":"{\"amount\":1}"}},{"id":"note0","type":"function","function":{"name":"note","arguments":"{\"amount\":2}"}}]}');
INSERT INTO "step" VALUES(2,3,'start','tool',1795388142146053,'{"call":"look0"}',NULL);
INSERT INTO "step" VALUES(2,4,'start','tool',1795388142149382,'{"call":"note0"}',NULL);
INSERT INTO "step" VALUES(2,5,'result','tool',1795388142152421,'{"call":"note0"}','{"role":"tool","tool_call_id":"note0","content":"noted 2"}');
INSERT INTO "step" VALUES(2,6,'result','model',1795388142152823,'{"call":"look0"}','{"role":"tool","tool_call_id":"look0","content":"saw 1"}');
INSERT INTO "step" VALUES(2,7,'call','tool',1795388142153226,'{}','{"role":"assistant","content":null,"tool_calls":[{"id":"charge1","type":"function","function":{"name":"charge","arguments":"{\"amount\":3}"}}]}');
INSERT INTO "step" VALUES(2,8,'result','model',1795388142154232,'{"call":"charge1"}','{"role":"tool","tool_call_id":"charge1","content":"charged 3"}');
INSERT INTO "step" VALUES(2,9,'reply','respond',1795388142154530,'{}','{"role":"assistant","content":"saw 1; noted 2; charged 3"}');
INSERT INTO "step" VALUES(2,10,'finish','completed',1795388142154558,NULL,NULL);
INSERT INTO "step" VALUES(3,1,'begin','model',1795388142210308,'{"preamble":275}','{"role":"system","content":"Use get_user_input whenever you lack something that only the user knows, instead of guessing or asking in your answer.\nAsk for all that is missing in one call, each thing a field with a clear description. Do not ask for what you have been told."},{"role":"user","content":"failed"}');
INSERT INTO "step" VALUES(3,2,'fail','failed',1795388142288673,'{"error":{"type":"ModelConnectionError","message":"nobody answers"}}',NULL);
INSERT INTO "step" VALUES(4,1,'begin','model',1795388142323320,'{"preamble":275}','{"role":"system","content":"Use get_user_input whenever you lack something that only the user knows, instead of guessing or asking in your answer.\nAsk for all that is missing in one call, each thing a field with a clear description. Do not ask for what you have been told."},{"role":"user","content":"cancelled"}');
INSERT INTO "step" VALUES(4,2,'call','confirm',1795388142383292,'{"calls":{"pay0":{"gate":"confirm"}}}','{"role":"assistant","content":null,"tool_calls":[{"id":"pay0","type":"function","function":{"name":"pay","arguments":"{\"amount\":1}"}}]}');
INSERT INTO "step" VALUES(4,3,'cancel','cancelled',1795388142390340,'{"reason":"The run was cancelled."}',NULL);
INSERT INTO "step" VALUES(5,1,'begin','model',1795388142451994,'{"preamble":275}','{"role":"system","content":"Use get_user_input whenever you lack something that only the user knows, instead of guessing or asking in your answer.\nAsk for all that is missing in one call, each thing a field with a clear description. Do not ask for what you have been told."},{"role":"user","content":"confirm"}');
INSERT INTO "step" VALUES(5,2,'call','confirm',1795388142553036,'{"calls":{"pay0":{"gate":"confirm"}}}','{"role":"assistant","content":null,"tool_calls":[{"id":"pay0","type":"function","function":{"name":"pay","arguments":"{\"amount\":1}"}}]}');
INSERT INTO "step" VALUES(6,1,'begin','model',1795388142617259,'{"preamble":275}','{"role":"system","content":"Use get_user_input whenever you lack something that only the user knows, instead of guessing or asking in your answer.\nAsk for all that is missing in one call, each thing a field with a clear description. Do not ask for what you have been told."},{"role":"user","content":"input"}');
INSERT INTO "step" VALUES(6,2,'call','input',1795388142725061,'{"calls":{"mail0":{"gate":"input","fields":[{"name":"amount","field_type":"int","description":null,"value":1,"required":true},{"name":"to","field_type":"str","description":null,"value":null,"required":true}]}}}','{"role":"assistant","content":null,"tool_calls":[{"id":"mail0","type":"function","function":{"name":"mail","arguments":"{\"amount\":1}"}}]}');
INSERT INTO "step" VALUES(7,1,'begin','model',1795388142783068,'{"preamble":275}','{"role":"system","content":"Use get_user_input whenever you lack something that only the user knows, instead of guessing or asking in your answer.\nAsk for all that is missing in one call, each thing a field with a clear description. Do not ask for what you have been told."},{"role":"user","content":"form"}');
INSERT INTO "step" VALUES(7,2,'call','input',1795388142878671,'{"calls":{"get_user_input0":{"gate":"input","policy":"read","fields":[{"name":"seat","field_type":"str","description":"Which one.","value":null,"required":true}],"asks":true}}}','{"role":"assistant","content":null,"tool_calls":[{"id":"get_user_input0","type":"function","function":{"name":"get_user_input","arguments":"{\"user_input_fields\":[{\"field_name\":\"seat\",\"field_type\":\"str\",\"field_description\":\"Which one.\"}]}"}}]}');
INSERT INTO "step" VALUES(8,1,'begin','model',1795388142930126,'{"preamble":275}','{"role":"system","content":"Use get_user_input whenever you lack something that only the user knows, instead of guessing or asking in your answer.\nAsk for all that is missing in one call, each thing a field with a clear description. Do not ask for what you have been told."},{"role":"user","content":"external"}');
INSERT INTO "step" VALUES(8,2,'call','external',1795388143024277,'{"calls":{"order0":{"gate":"external"}}}','{"role":"assistant","content":null,"tool_calls":[{"id":"order0","type":"function","function":{"name":"order","arguments":"{\"amount\":1}"}}]}');
INSERT INTO "step" VALUES(9,1,'begin','model',1795388143079707,'{"preamble":275}','{"role":"system","content":"Use get_user_input whenever you lack something that only the user knows, instead of guessing or asking in your answer.\nAsk for all that is missing in one call, each thing a field with a clear description. Do not ask for what you have been told."},{"role":"user","content":"each"}');
INSERT INTO "step" VALUES(9,2,'call','tool',1795388143181632,'{"calls":{"look0":{"policy":"read"},"pay0":{"gate":"confirm"},"mail0":{"gate":"input","fields":[{"name":"amount","field_type":"int","description":null,"value":3,"required":true},{"name":"to","field_type":"str","description":null,"value":null,"required":true}]},"order0":{"gate":"external"}}}','{"role":"assistant","content":null,"tool_calls":[{"id":"look0","type":"function","function":{"name":"look","arguments":"{\"amount\":1}"}},{"id":"pay0","type":"function","function":{"name":"pay","arguments":"{\"amount\":2}"}},{"id":"mail0","type":"function","function":{"name":"mail","arguments":"{\"amount\":3}"}},{"id":"order0","type":"function","function":{"name":"order","arguments":"{\"amount\":4}"}}]}');
INSERT INTO "step" VALUES(9,3,'result','confirm',1795388143184350,'{"call":"look0"}','{"role":"tool","tool_call_id":"look0","content":"saw 1"}');
INSERT INTO "step" VALUES(10,1,'begin','model',1795388143244280,'{"preamble":275}','{"role":"system","content":"Use get_user_input whenever you lack something that only the user knows, instead of guessing or asking in your answer.\nAsk for all that is missing in one call, each thing a field with a clear description. Do not ask for what you have been told."},{"role":"user","content":"decided"}');
INSERT INTO "step" VALUES(10,2,'call','tool',1795388143337773,'{"calls":{"look0":{"policy":"read"},"pay0":{"gate":"confirm"},"mail0":{"gate":"input","fields":[{"name":"amount","field_type":"int","description":null,"value":3,"required":true},{"name":"to","field_type":"str","description":null,"value":null,"required":true}]},"order0":{"gate":"external"}}}','{"role":"assistant","content":null,"tool_calls":[{"id":"look0","type":"function","function":{"name":"look","arguments":"{\"amount\":1}"}},{"id":"pay0","type":"function","function":{"name":"pay","arguments":"{\"amount\":2}"}},{"id":"mail0","type":"function","function":{"name":"mail","arguments":"{\"amount\":3}"}},{"id":"order0","type":"function","function":{"name":"order","arguments":"{\"amount\":4}"}}]}');
INSERT INTO "step" VALUES(10,3,'result','confirm',1795388143340442,'{"call":"look0"}','{"role":"tool","tool_call_id":"look0","content":"saw 1"}');
INSERT INTO "step" VALUES(10,4,'approve','input',1795388143341907,'{"call":"pay0","digest":"d601cc3b79bd595adcc7fb4352ab7a830a35d419922edba0ae7d68575f9741d7","by":"bob","note":"fine"}',NULL);
INSERT INTO "step" VALUES(10,5,'answer','external',1795388143357333,'{"call":"mail0","digest":"0170e6563984316ff3e14bab577b0772803dd50c82987df72b16b8186ceed7b3","by":"bob","arguments":"{\"amount\":3,\"to\":\"ann\"}"}',NULL);
INSERT INTO "step" VALUES(11,1,'begin','model',1795388143411419,'{"preamble":275}','{"role":"system","content":"Use get_user_input whenever you lack something that only the user knows, instead of guessing or asking in your answer.\nAsk for all that is missing in one call, each thing a field with a clear description. Do not ask for what you have been told."},{"role":"user","content":"rounds"}');
INSERT INTO "step" VALUES(11,2,'call','tool',1795388143498749,'{"calls":{"look0":{"policy":"read"}}}','{"role":"assistant","content":null,"tool_calls":[{"id":"look0","type":"function","function":{"name":"look","arguments":"{\"amount\":1}"}}]}');
INSERT INTO "step" VALUES(11,3,'result','model',1795388143500381,'{"call":"look0"}','{"role":"tool","tool_call_id":"look0","content":"saw 1"}');
INSERT INTO "step" VALUES(11,4,'call','confirm',1795388143500784,'{"calls":{"pay1":{"gate":"confirm"}}}','{"role":"assistant","content":null,"tool_calls":[{"id":"pay1","type":"function","function":{"name":"pay","arguments":"{\"amount\":2}"}}]}');
INSERT INTO "step" VALUES(12,1,'begin','model',1795388143551763,'{"preamble":275}','{"role":"system","content":"Use get_user_input whenever you lack something that only the user knows, instead of guessing or asking in your answer.\nAsk for all that is missing in one call, each thing a field with a clear description. Do not ask for what you have been told."},{"role":"user","content":"expired"}');
INSERT INTO "step" VALUES(12,2,'call','confirm',1795388143612973,'{"calls":{"buy0":{"gate":"confirm","expires":0.001}}}','{"role":"assistant","content":null,"tool_calls":[{"id":"buy0","type":"function","function":{"name":"buy","arguments":"{\"amount\":1}"}}]}');
INSERT INTO "step" VALUES(13,1,'begin','model',1795388143658327,'{"preamble":275}','{"role":"system","content":"Use get_user_input whenever you lack something that only the user knows, instead of guessing or asking in your answer.\nAsk for all that is missing in one call, each thing a field with a clear description. Do not ask for what you have been told."},{"role":"user","content":"doubt"}');
INSERT INTO "step" VALUES(13,2,'call','tool',1795388143731525,'{}','{"role":"assistant","content":null,"tool_calls":[{"id":"charge0","type":"function","function":{"name":"charge","arguments":"{\"amount\":1}"}}]}');
INSERT INTO "step" VALUES(13,3,'recover','doubt',1795388143892434,'{"calls":{"charge0":"doubt"}}',NULL);
INSERT INTO "step" VALUES(14,1,'begin','model',1795388143964651,'{"preamble":275}','{"role":"system","content":"Use get_user_input whenever you lack something that only the user knows, instead of guessing or asking in your answer.\nAsk for all that is missing in one call, each thing a field with a clear description. Do not ask for what you have been told."},{"role":"user","content":"once"}');
INSERT INTO "step" VALUES(14,2,'call','tool',1795388144061136,'{}','{"role":"assistant","content":null,"tool_calls":[{"id":"charge0","type":"function","function":{"name":"charge","arguments":"{\"amount\":1}"}}]}');
INSERT INTO "step" VALUES(15,1,'begin','model',1795388144124816,'{"preamble":275}','{"role":"system","content":"Use get_user_input whenever you lack something that only the user knows, instead of guessing or asking in your answer.\nAsk for all that is missing in one call, each thing a field with a clear description. Do not ask for what you have been told."},{"role":"user","content":"read"}');
INSERT INTO "step" VALUES(15,2,'call','tool',1795388144218331,'{"calls":{"look0":{"policy":"read"}}}','{"role":"assistant","content":null,"tool_calls":[{"id":"look0","type":"function","function":{"name":"look","arguments":"{\"amount\":1}"}}]}');
INSERT INTO "step" VALUES(16,1,'begin','model',1795388144276042,'{"preamble":275}','{"role":"system","content":"Use get_user_input whenever you lack something that only the user knows, instead of guessing or asking in your answer.\nAsk for all that is missing in one call, each thing a field with a clear description. Do not ask for what you have been told."},{"role":"user","content":"idempotent"}');
INSERT INTO "step" VALUES(16,2,'call','tool',1795388144380066,'{"calls":{"note0":{"policy":"idempotent"}}}','{"role":"assistant","content":null,"tool_calls":[{"id":"note0","type":"function","function":{"name":"note","arguments":"{\"amount\":1}"}}]}');
INSERT INTO "step" VALUES(17,1,'begin','model',1795388144435261,'{"preamble":275}','{"role":"system","content":"Use get_user_input whenever you lack something that only the user knows, instead of guessing or asking in your answer.\nAsk for all that is missing in one call, each thing a field with a clear description. Do not ask for what you have been told."},{"role":"user","content":"happened"}');
INSERT INTO "step" VALUES(17,2,'call','tool',1795388144527327,'{"calls":{"send0":{"policy":"probe"}}}','{"role":"assistant","content":null,"tool_calls":[{"id":"send0","type":"function","function":{"name":"send","arguments":"{\"amount\":1}"}}]}');
INSERT INTO "step" VALUES(18,1,'begin','model',1795388144593981,'{"preamble":275}','{"role":"system","content":"Use get_user_input whenever you lack something that only the user knows, instead of guessing or asking in your answer.\nAsk for all that is missing in one call, each thing a field with a clear description. Do not ask for what you have been told."},{"role":"user","content":"unknown"}');
INSERT INTO "step" VALUES(18,2,'call','tool',1795388144794479,'{"calls":{"send0":{"policy":"probe"}}}','{"role":"assistant","content":null,"tool_calls":[{"id":"send0","type":"function","function":{"name":"send","arguments":"{\"amount\":0}"}}]}');
INSERT INTO "step" VALUES(19,1,'begin','model',1795388144882073,'{"preamble":275}','{"role":"system","content":"Use get_user_input whenever you lack something that only the user knows, instead of guessing or asking in your answer.\nAsk for all that is missing in one call, each thing a field with a clear description. Do not ask for what you have been told."},{"role":"user","content":"side by side"}');
INSERT INTO "step" VALUES(19,2,'call','tool',1795388145039626,'{"calls":{"look0":{"policy":"read"}}}','{"role":"assistant","content":null,"tool_calls":[{"id":"look0","type":"function","function":{"name":"look","arguments":"{\"amount\":1}"}},{"id":"charge0","type":"function","function":{"name":"charge","arguments":"{\"amount\":2}"}}]}');
INSERT INTO "step" VALUES(19,3,'start','tool',1795388145057322,'{"call":"look0"}',NULL);
INSERT INTO "step" VALUES(19,4,'start','tool',1795388145068419,'{"call":"charge0"}',NULL);
INSERT INTO "step" VALUES(20,1,'begin','model',1795388145154017,'{"preamble":275}','{"role":"system","content":"Use get_user_input whenever you lack something that only the user knows, instead of guessing or asking in your answer.\nAsk for all that is missing in one call, each thing a field with a clear description. Do not ask for what you have been told."},{"role":"user","content":"asking"}');
INSERT INTO "step" VALUES(20,2,'call','tool',1795388145266151,'{"calls":{"look0":{"policy":"read"}}}','{"role":"assistant","content":null,"tool_calls":[{"id":"look0","type":"function","function":{"name":"look","arguments":"{\"amount\":1}"}}]}');
INSERT INTO "step" VALUES(20,3,'result','model',1795388145267314,'{"call":"look0"}','{"role":"tool","tool_call_id":"look0","content":"saw 1"}');
CREATE INDEX run_space_session_id ON run (space, session_id);
CREATE INDEX run_space_user_id ON run (space, user_id) WHERE user_id IS NOT NULL;
CREATE UNIQUE INDEX request_pending_unique ON request (run, call) WHERE status = 'pending';
COMMIT;
