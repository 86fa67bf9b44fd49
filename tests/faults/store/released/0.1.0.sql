BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE artifacts (
	account TEXT NOT NULL, 
	project TEXT NOT NULL, 
	session_id TEXT NOT NULL, 
	path TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	interaction_id TEXT NOT NULL, 
	digest TEXT NOT NULL, 
	mode TEXT NOT NULL, 
	size BIGINT NOT NULL, 
	CONSTRAINT pk_artifacts PRIMARY KEY (account, project, session_id, path), 
	CONSTRAINT fk_artifacts_account_project_interaction_id_interactions FOREIGN KEY(account, project, interaction_id) REFERENCES interactions (account, project, id), 
	CONSTRAINT fk_artifacts_account_project_session_id_sessions FOREIGN KEY(account, project, session_id) REFERENCES sessions (account, project, id)
);
INSERT INTO "artifacts" VALUES('local','shop-475317a1','3a19dda592515b2aa9b0aeac3ee73623','tests/test_money.py',0,'1b68dd7d5631','c5b6155823ab6788e2d529f9c94f9bf2dd473f35','100644',79);
INSERT INTO "artifacts" VALUES('local','shop-475317a1','fc89f0f8b84f5d0190f611a93af40462','tests/test_stock.py',0,'fb40df8a59ff','43c43de431b62a8d50c3d7000fc6353fa00e60b5','100644',79);
INSERT INTO "artifacts" VALUES('local','shop-475317a1','4bb9968cbf20566db16e0d476f5f0030','tests/test_money.py',0,'eabea7e734d9','c5b6155823ab6788e2d529f9c94f9bf2dd473f35','100644',79);
CREATE TABLE attempts (
	account TEXT NOT NULL, 
	project TEXT NOT NULL, 
	id TEXT NOT NULL, 
	session_id TEXT NOT NULL, 
	n INTEGER NOT NULL, 
	reason TEXT NOT NULL, 
	outcome TEXT NOT NULL, 
	started_at BIGINT NOT NULL, 
	ended_at BIGINT, 
	conversation TEXT NOT NULL, 
	rungs TEXT NOT NULL, 
	usage TEXT NOT NULL, 
	CONSTRAINT pk_attempts PRIMARY KEY (account, project, id), 
	CONSTRAINT fk_attempts_account_project_session_id_sessions FOREIGN KEY(account, project, session_id) REFERENCES sessions (account, project, id), 
	CONSTRAINT uq_attempts_account_project_session_id_n UNIQUE (account, project, session_id, n)
);
INSERT INTO "attempts" VALUES('local','shop-475317a1','88a5d924e93b','3a19dda592515b2aa9b0aeac3ee73623',1,'first attempt','passed',1795676664287219,1795676668342411,'','[{"rung":"fence","outcome":"passed","summary":"wrote 1 file of its own","evidence":[],"duration":0.008726074999685807,"metrics":{"changed":1,"outside":0}},{"rung":"collects","outcome":"passed","summary":"1 test collected, shop.money imported","evidence":[],"duration":2.790299168000274,"metrics":{"tests":1,"failed":0,"seconds":2.771}},{"rung":"passes","outcome":"passed","summary":"1 test passed in 2.8 s","evidence":[],"duration":0.00004887300019618124,"metrics":{"tests":1,"failed":0,"seconds":2.771}}]','{"input_tokens":0,"output_tokens":0,"cached_tokens":0,"cost":null,"model":""}');
INSERT INTO "attempts" VALUES('local','shop-475317a1','21da962628a2','fc89f0f8b84f5d0190f611a93af40462',1,'first attempt','failed',1795676664467829,1795676668309539,'','[{"rung":"fence","outcome":"passed","summary":"wrote 1 file of its own","evidence":[],"duration":0.00011153600007673958,"metrics":{"changed":1,"outside":0}},{"rung":"collects","outcome":"passed","summary":"1 test collected, shop.stock imported","evidence":[],"duration":2.818354843000634,"metrics":{"tests":1,"failed":1,"seconds":2.764}},{"rung":"passes","outcome":"failed","summary":"1 of 1 test failed: test_value","evidence":[{"kind":"assertion","message":"test_value: AssertionError: assert ''stock'' != ''stock''","path":"tests/test_stock.py","test":"tests/test_stock.py::test_value","detail":"tests/test_stock.py:5: in test_value\n    assert value() != ''stock''\nE   AssertionError: assert ''stock'' != ''stock''\nE    +  where ''stock'' = value()","component_id":""}],"duration":0.00023915700057841605,"metrics":{"tests":1,"failed":1,"seconds":2.764}}]','{"input_tokens":0,"output_tokens":0,"cached_tokens":0,"cost":null,"model":""}');
INSERT INTO "attempts" VALUES('local','shop-475317a1','17b718745d72','fc89f0f8b84f5d0190f611a93af40462',2,'passes: 1 of 1 test failed: test_value','passed',1795676668368751,1795676671667677,'','[{"rung":"fence","outcome":"passed","summary":"wrote 1 file of its own","evidence":[],"duration":0.003139372999612533,"metrics":{"changed":1,"outside":0}},{"rung":"collects","outcome":"passed","summary":"1 test collected, shop.stock imported","evidence":[],"duration":2.5614327029998094,"metrics":{"tests":1,"failed":0,"seconds":2.52}},{"rung":"passes","outcome":"passed","summary":"1 test passed in 2.5 s","evidence":[],"duration":0.00005880800017621368,"metrics":{"tests":1,"failed":0,"seconds":2.52}}]','{"input_tokens":0,"output_tokens":0,"cached_tokens":0,"cost":null,"model":""}');
INSERT INTO "attempts" VALUES('local','shop-475317a1','9787c1df5bc5','4bb9968cbf20566db16e0d476f5f0030',1,'first attempt','passed',1795676694789021,1795676699418741,'','[{"rung":"fence","outcome":"passed","summary":"wrote 1 file of its own","evidence":[],"duration":0.0005487580001499737,"metrics":{"changed":1,"outside":0}},{"rung":"collects","outcome":"passed","summary":"1 test collected, shop.money imported","evidence":[],"duration":3.0734258790007516,"metrics":{"tests":1,"failed":0,"seconds":3.017}},{"rung":"passes","outcome":"passed","summary":"1 test passed in 3.0 s","evidence":[],"duration":0.00006539700007124338,"metrics":{"tests":1,"failed":0,"seconds":3.017}}]','{"input_tokens":0,"output_tokens":0,"cached_tokens":0,"cost":null,"model":""}');
INSERT INTO "attempts" VALUES('local','shop-475317a1','b7427d25f25a','844c107fac4155f5a78a6483f4a176bf',1,'first attempt','running',1795676694909125,NULL,'','[]','{"input_tokens":0,"output_tokens":0,"cached_tokens":0,"cost":null,"model":""}');
CREATE TABLE components (
	account TEXT NOT NULL, 
	project TEXT NOT NULL, 
	id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	source_path TEXT NOT NULL, 
	test_path TEXT NOT NULL, 
	priority INTEGER NOT NULL, 
	parent_id TEXT, 
	spec_paths TEXT NOT NULL, 
	CONSTRAINT pk_components PRIMARY KEY (account, project, id), 
	CONSTRAINT fk_components_account_project_parent_id_components FOREIGN KEY(account, project, parent_id) REFERENCES components (account, project, id), 
	CONSTRAINT fk_components_account_project_projects FOREIGN KEY(account, project) REFERENCES projects (account, project)
);
INSERT INTO "components" VALUES('local','shop-475317a1','e839df3f7ea35bb6b48a1a241fda8bcd','shop','shop','tests',0,NULL,'[]');
INSERT INTO "components" VALUES('local','shop-475317a1','ca1b0b4d961f54a683549766163f622f','shop.money','shop/money.py','tests/test_money.py',200,'e839df3f7ea35bb6b48a1a241fda8bcd','[]');
INSERT INTO "components" VALUES('local','shop-475317a1','9010543f20fe54a2a17a0fd31ffb83f6','shop.stock','shop/stock.py','tests/test_stock.py',200,'e839df3f7ea35bb6b48a1a241fda8bcd','[]');
INSERT INTO "components" VALUES('local','shop-475317a1','f0d352b0c6e45794be1c1b8b5b0f4b61','shop','shop','tests',0,NULL,'[]');
INSERT INTO "components" VALUES('local','shop-475317a1','012bdce7d18d50b9a9365b788805643f','shop.money','shop/money.py','tests/test_money.py',200,'f0d352b0c6e45794be1c1b8b5b0f4b61','[]');
INSERT INTO "components" VALUES('local','shop-475317a1','9de5c9794262589abea19a9f95794208','shop.stock','shop/stock.py','tests/test_stock.py',200,'f0d352b0c6e45794be1c1b8b5b0f4b61','[]');
CREATE TABLE counters (
	name TEXT NOT NULL, 
	value BIGINT NOT NULL, 
	CONSTRAINT pk_counters PRIMARY KEY (name)
);
INSERT INTO "counters" VALUES('version',92);
CREATE TABLE events (
	id INTEGER NOT NULL, 
	account TEXT NOT NULL, 
	project TEXT NOT NULL, 
	session_id TEXT NOT NULL, 
	interaction_id TEXT, 
	kind TEXT NOT NULL, 
	at BIGINT NOT NULL, 
	text TEXT NOT NULL, 
	data TEXT NOT NULL, 
	CONSTRAINT pk_events PRIMARY KEY (id), 
	CONSTRAINT fk_events_account_project_interaction_id_interactions FOREIGN KEY(account, project, interaction_id) REFERENCES interactions (account, project, id), 
	CONSTRAINT fk_events_account_project_session_id_sessions FOREIGN KEY(account, project, session_id) REFERENCES sessions (account, project, id)
);
INSERT INTO "events" VALUES(1,'local','shop-475317a1','74afeb6fb4aa',NULL,'status',1795676663703403,'branch test-context-testing-session-for-shop','{"by":"engine","from":"active","to":"active","reason":"branch test-context-testing-session-for-shop"}');
INSERT INTO "events" VALUES(2,'local','shop-475317a1','3a19dda592515b2aa9b0aeac3ee73623',NULL,'status',1795676664271205,'works in slot-01','{"by":"engine","from":"active","to":"active","reason":"works in slot-01"}');
INSERT INTO "events" VALUES(3,'local','shop-475317a1','fc89f0f8b84f5d0190f611a93af40462',NULL,'status',1795676664351865,'works in slot-02','{"by":"engine","from":"active","to":"active","reason":"works in slot-02"}');
INSERT INTO "events" VALUES(4,'local','shop-475317a1','3a19dda592515b2aa9b0aeac3ee73623','c620223a0bbe','status',1795676664868973,'writing tests/test_money.py','{}');
INSERT INTO "events" VALUES(5,'local','shop-475317a1','fc89f0f8b84f5d0190f611a93af40462','b47073f45de7','status',1795676664939601,'writing tests/test_stock.py','{}');
INSERT INTO "events" VALUES(6,'local','shop-475317a1','3a19dda592515b2aa9b0aeac3ee73623','80155f382333','status',1795676665109866,'checking: fence','{}');
INSERT INTO "events" VALUES(7,'local','shop-475317a1','fc89f0f8b84f5d0190f611a93af40462','58a434d56edb','status',1795676665146749,'checking: fence','{}');
INSERT INTO "events" VALUES(8,'local','shop-475317a1','3a19dda592515b2aa9b0aeac3ee73623','80155f382333','rung',1795676665174548,'fence passed: wrote 1 file of its own','{"rung":"fence","outcome":"passed"}');
INSERT INTO "events" VALUES(9,'local','shop-475317a1','fc89f0f8b84f5d0190f611a93af40462','58a434d56edb','rung',1795676665184864,'fence passed: wrote 1 file of its own','{"rung":"fence","outcome":"passed"}');
INSERT INTO "events" VALUES(10,'local','shop-475317a1','fc89f0f8b84f5d0190f611a93af40462','58a434d56edb','status',1795676665391016,'checking: collects','{}');
INSERT INTO "events" VALUES(11,'local','shop-475317a1','3a19dda592515b2aa9b0aeac3ee73623','80155f382333','status',1795676665439864,'checking: collects','{}');
INSERT INTO "events" VALUES(12,'local','shop-475317a1','fc89f0f8b84f5d0190f611a93af40462','58a434d56edb','rung',1795676668257107,'collects passed: 1 test collected, shop.stock imported','{"rung":"collects","outcome":"passed"}');
INSERT INTO "events" VALUES(13,'local','shop-475317a1','fc89f0f8b84f5d0190f611a93af40462','58a434d56edb','status',1795676668257200,'checking: passes','{}');
INSERT INTO "events" VALUES(14,'local','shop-475317a1','3a19dda592515b2aa9b0aeac3ee73623','80155f382333','rung',1795676668281750,'collects passed: 1 test collected, shop.money imported','{"rung":"collects","outcome":"passed"}');
INSERT INTO "events" VALUES(15,'local','shop-475317a1','3a19dda592515b2aa9b0aeac3ee73623','80155f382333','status',1795676668281806,'checking: passes','{}');
INSERT INTO "events" VALUES(16,'local','shop-475317a1','fc89f0f8b84f5d0190f611a93af40462','58a434d56edb','rung',1795676668292421,'passes failed: 1 of 1 test failed: test_value','{"rung":"passes","outcome":"failed"}');
INSERT INTO "events" VALUES(17,'local','shop-475317a1','3a19dda592515b2aa9b0aeac3ee73623','80155f382333','rung',1795676668308898,'passes passed: 1 test passed in 2.8 s','{"rung":"passes","outcome":"passed"}');
INSERT INTO "events" VALUES(18,'local','shop-475317a1','3a19dda592515b2aa9b0aeac3ee73623','1b68dd7d5631','status',1795676668447589,'active → complete','{"from":"active","to":"complete","by":"workflow","reason":""}');
INSERT INTO "events" VALUES(19,'local','shop-475317a1','fc89f0f8b84f5d0190f611a93af40462','9a5b3f52c017','status',1795676668884145,'checking: fence','{}');
INSERT INTO "events" VALUES(20,'local','shop-475317a1','fc89f0f8b84f5d0190f611a93af40462','9a5b3f52c017','rung',1795676668922555,'fence passed: wrote 1 file of its own','{"rung":"fence","outcome":"passed"}');
INSERT INTO "events" VALUES(21,'local','shop-475317a1','fc89f0f8b84f5d0190f611a93af40462','9a5b3f52c017','status',1795676669061266,'checking: collects','{}');
INSERT INTO "events" VALUES(22,'local','shop-475317a1','fc89f0f8b84f5d0190f611a93af40462','9a5b3f52c017','rung',1795676671652140,'collects passed: 1 test collected, shop.stock imported','{"rung":"collects","outcome":"passed"}');
INSERT INTO "events" VALUES(23,'local','shop-475317a1','fc89f0f8b84f5d0190f611a93af40462','9a5b3f52c017','status',1795676671652228,'checking: passes','{}');
INSERT INTO "events" VALUES(24,'local','shop-475317a1','fc89f0f8b84f5d0190f611a93af40462','9a5b3f52c017','rung',1795676671667138,'passes passed: 1 test passed in 2.5 s','{"rung":"passes","outcome":"passed"}');
INSERT INTO "events" VALUES(25,'local','shop-475317a1','fc89f0f8b84f5d0190f611a93af40462','fb40df8a59ff','status',1795676671715321,'active → complete','{"from":"active","to":"complete","by":"workflow","reason":""}');
INSERT INTO "events" VALUES(26,'local','shop-475317a1','74afeb6fb4aa','50a42342b77a','note',1795676671953785,'running the tests of 2 components together','{}');
INSERT INTO "events" VALUES(27,'local','shop-475317a1','74afeb6fb4aa','50a42342b77a','rung',1795676677008959,'together: 2 tests of 2 components passed together in 4.9 s, in 2 orders','{}');
INSERT INTO "events" VALUES(28,'local','shop-475317a1','74afeb6fb4aa','b3467aa2a375','status',1795676677599616,'branch test-context-testing-session-for-shop is at 896c8960bc22','{}');
INSERT INTO "events" VALUES(29,'local','shop-475317a1','74afeb6fb4aa','b3467aa2a375','status',1795676677651900,'active → complete','{"from":"active","to":"complete","by":"workflow","reason":""}');
INSERT INTO "events" VALUES(30,'local','shop-475317a1','c333f59bac7f',NULL,'status',1795676693678210,'branch test-context-testing-session-for-shop-2','{"by":"engine","from":"active","to":"active","reason":"branch test-context-testing-session-for-shop-2"}');
INSERT INTO "events" VALUES(31,'local','shop-475317a1','4bb9968cbf20566db16e0d476f5f0030',NULL,'status',1795676694604017,'works in slot-01','{"by":"engine","from":"active","to":"active","reason":"works in slot-01"}');
INSERT INTO "events" VALUES(32,'local','shop-475317a1','844c107fac4155f5a78a6483f4a176bf',NULL,'status',1795676694705027,'works in slot-02','{"by":"engine","from":"active","to":"active","reason":"works in slot-02"}');
INSERT INTO "events" VALUES(33,'local','shop-475317a1','4bb9968cbf20566db16e0d476f5f0030','4cea3662f642','status',1795676695489052,'writing tests/test_money.py','{}');
INSERT INTO "events" VALUES(34,'local','shop-475317a1','4bb9968cbf20566db16e0d476f5f0030','902cbafcbef2','status',1795676695880097,'checking: fence','{}');
INSERT INTO "events" VALUES(35,'local','shop-475317a1','4bb9968cbf20566db16e0d476f5f0030','902cbafcbef2','rung',1795676695894146,'fence passed: wrote 1 file of its own','{"rung":"fence","outcome":"passed"}');
INSERT INTO "events" VALUES(36,'local','shop-475317a1','4bb9968cbf20566db16e0d476f5f0030','902cbafcbef2','status',1795676696213227,'checking: collects','{}');
INSERT INTO "events" VALUES(37,'local','shop-475317a1','4bb9968cbf20566db16e0d476f5f0030','902cbafcbef2','rung',1795676699368562,'collects passed: 1 test collected, shop.money imported','{"rung":"collects","outcome":"passed"}');
INSERT INTO "events" VALUES(38,'local','shop-475317a1','4bb9968cbf20566db16e0d476f5f0030','902cbafcbef2','status',1795676699368688,'checking: passes','{}');
INSERT INTO "events" VALUES(39,'local','shop-475317a1','4bb9968cbf20566db16e0d476f5f0030','902cbafcbef2','rung',1795676699418171,'passes passed: 1 test passed in 3.0 s','{"rung":"passes","outcome":"passed"}');
INSERT INTO "events" VALUES(40,'local','shop-475317a1','4bb9968cbf20566db16e0d476f5f0030','eabea7e734d9','status',1795676699504099,'active → complete','{"from":"active","to":"complete","by":"workflow","reason":""}');
CREATE TABLE interactions (
	account TEXT NOT NULL, 
	project TEXT NOT NULL, 
	id TEXT NOT NULL, 
	session_id TEXT NOT NULL, 
	seq INTEGER NOT NULL, 
	step TEXT NOT NULL, 
	action TEXT NOT NULL, 
	details TEXT NOT NULL, 
	issued_at BIGINT NOT NULL, 
	result_status TEXT, 
	message TEXT NOT NULL, 
	data TEXT NOT NULL, 
	exit_code INTEGER, 
	output TEXT NOT NULL, 
	duration FLOAT NOT NULL, 
	completed_at BIGINT, 
	version BIGINT NOT NULL, 
	CONSTRAINT pk_interactions PRIMARY KEY (account, project, id), 
	CONSTRAINT fk_interactions_account_project_session_id_sessions FOREIGN KEY(account, project, session_id) REFERENCES sessions (account, project, id), 
	CONSTRAINT uq_interactions_account_project_session_id_seq UNIQUE (account, project, session_id, seq)
);
INSERT INTO "interactions" VALUES('local','shop-475317a1','1ffecb74880b','74afeb6fb4aa',1,'initialize','prepare_run','{"branch_name":"test-context-testing-session-for-shop","is_named":false,"component_ids":["ca1b0b4d961f54a683549766163f622f","9010543f20fe54a2a17a0fd31ffb83f6"],"working_area":"."}',1795676663595858,'ok','branch test-context-testing-session-for-shop','{"branch_name":"test-context-testing-session-for-shop","component_ids":["ca1b0b4d961f54a683549766163f622f","9010543f20fe54a2a17a0fd31ffb83f6"]}',NULL,'',2.10264246999940951354e-01,1795676663884967,6);
INSERT INTO "interactions" VALUES('local','shop-475317a1','50a42342b77a','74afeb6fb4aa',2,'spawn_component_testing_sessions','run_children','{"child_session_ids":["3a19dda592515b2aa9b0aeac3ee73623","fc89f0f8b84f5d0190f611a93af40462"],"children":[{"id":"3a19dda592515b2aa9b0aeac3ee73623","component_id":"ca1b0b4d961f54a683549766163f622f","name":"shop.money","type":"component_testing","execution_mode":"agentic","agent":"scripted","environment":"local","state":{"parent_branch_name":"test-context-testing-session-for-shop"},"retry":{"max_attempts":3,"max_rounds":3,"max_step_errors":3}},{"id":"fc89f0f8b84f5d0190f611a93af40462","component_id":"9010543f20fe54a2a17a0fd31ffb83f6","name":"shop.stock","type":"component_testing","execution_mode":"agentic","agent":"scripted","environment":"local","state":{"parent_branch_name":"test-context-testing-session-for-shop"},"retry":{"max_attempts":3,"max_rounds":3,"max_step_errors":3}}],"disappeared":[],"reactivate":[],"round":1}',1795676663941748,'ok','2 child sessions passed, together too','{"not_created":{},"disappeared":[],"missing_files":{},"together":{"rung":"together","outcome":"passed","summary":"2 tests of 2 components passed together in 4.9 s, in 2 orders","evidence":[],"duration":4.938136563000626,"metrics":{"tests":2,"failed":0,"seconds":4.878,"components":2}},"attempts_left":{}}',NULL,'',13.016335583,1795676677036847,56);
INSERT INTO "interactions" VALUES('local','shop-475317a1','f8b8c6b6fefc','fc89f0f8b84f5d0190f611a93af40462',1,'initialize','prepare_worktree','{"source_path":"shop/stock.py","test_path":"tests/test_stock.py"}',1795676664066977,'ok','works in slot-02','{"context":{"package":"shop","owned":["tests/test_stock.py","tests/__init__.py","tests/fixtures/stock/**","tests/data/stock/**"],"specs":[],"examples":[],"rules":"","siblings":["shop.money"],"rungs":["fence","collects","passes"],"floors":{"covers":0.0,"kills":0.0},"feedback_chars":6000,"generate_template":"","fix_template":""}}',NULL,'',3.13520641999275540001e-01,1795676664424636,14);
INSERT INTO "interactions" VALUES('local','shop-475317a1','ecd5bfcc8108','3a19dda592515b2aa9b0aeac3ee73623',1,'initialize','prepare_worktree','{"source_path":"shop/money.py","test_path":"tests/test_money.py"}',1795676664089473,'ok','works in slot-01','{"context":{"package":"shop","owned":["tests/test_money.py","tests/__init__.py","tests/fixtures/money/**","tests/data/money/**"],"specs":[],"examples":[],"rules":"","siblings":["shop.stock"],"rungs":["fence","collects","passes"],"floors":{"covers":0.0,"kills":0.0},"feedback_chars":6000,"generate_template":"","fix_template":""}}',NULL,'',1.6963320600007136818e-01,1795676664281467,11);
INSERT INTO "interactions" VALUES('local','shop-475317a1','c620223a0bbe','3a19dda592515b2aa9b0aeac3ee73623',2,'generate_tests','ask_agent','{"prompt":"Write tests for the module `shop.money` of the package `shop`.\n\nModule:    shop/money.py\nTest file: tests/test_money.py\n\nRead the module first. Write pytest tests into the test file, and nowhere else:\n  tests/test_money.py\n  tests/__init__.py\n  tests/fixtures/money/**\n  tests/data/money/**\n\nYour tests are judged by running them, in this order:\n1. only the files named above were changed, and no existing test was weakened or deleted;\n2. pytest collects at least one test, the tests import `shop.money`, and they assert something;\n3. every test passes in a clean process, without network, and leaves no files behind;\n4. every test passes in one run with the tests of the package''s other modules.\n\nDo not change the module. Do not commit, switch branches or install anything. If the module has a bug, write the\ntest for what it should do, mark it `xfail(strict=True)` with the reason, and say so.\n\nOther modules of the package: shop.stock.\n","feedback":[],"reason":"first attempt"}',1795676664286917,'ok','','{"usage":{"input_tokens":0,"output_tokens":0,"cached_tokens":0,"cost":null,"model":""},"agent_seconds":0.49813546299992595,"reuse_key":"a0c216a4f5440bbd3228e7e67d206b3842027bbcc800577a775ac94ccf7e59d5"}',NULL,'',0.607004159999633,1795676664944889,17);
INSERT INTO "interactions" VALUES('local','shop-475317a1','b47073f45de7','fc89f0f8b84f5d0190f611a93af40462',2,'generate_tests','ask_agent','{"prompt":"Write tests for the module `shop.stock` of the package `shop`.\n\nModule:    shop/stock.py\nTest file: tests/test_stock.py\n\nRead the module first. Write pytest tests into the test file, and nowhere else:\n  tests/test_stock.py\n  tests/__init__.py\n  tests/fixtures/stock/**\n  tests/data/stock/**\n\nYour tests are judged by running them, in this order:\n1. only the files named above were changed, and no existing test was weakened or deleted;\n2. pytest collects at least one test, the tests import `shop.stock`, and they assert something;\n3. every test passes in a clean process, without network, and leaves no files behind;\n4. every test passes in one run with the tests of the package''s other modules.\n\nDo not change the module. Do not commit, switch branches or install anything. If the module has a bug, write the\ntest for what it should do, mark it `xfail(strict=True)` with the reason, and say so.\n\nOther modules of the package: shop.money.\n","feedback":[],"reason":"first attempt"}',1795676664455630,'ok','','{"usage":{"input_tokens":0,"output_tokens":0,"cached_tokens":0,"cost":null,"model":""},"agent_seconds":0.4528955789992324,"reuse_key":"1298adfca0ceb70c6bbae6d58106134aed7b01e47fa0c7b79b6e432cdeda5a23"}',NULL,'',4.73295005000181845389e-01,1795676665027172,18);
INSERT INTO "interactions" VALUES('local','shop-475317a1','80155f382333','3a19dda592515b2aa9b0aeac3ee73623',3,'run_tests','judge_tests','{"test_path":"tests/test_money.py"}',1795676665029547,'ok','1 test passed every check','{"candidate":[{"path":"tests/test_money.py","digest":"c5b6155823ab6788e2d529f9c94f9bf2dd473f35","mode":"100644","size":79}],"tests":1,"evidence":[]}',NULL,'',3.24427980500058765755e+00,1795676668342411,33);
INSERT INTO "interactions" VALUES('local','shop-475317a1','58a434d56edb','fc89f0f8b84f5d0190f611a93af40462',3,'run_tests','judge_tests','{"test_path":"tests/test_stock.py"}',1795676665069135,'error','passes: 1 of 1 test failed: test_value','{"candidate":[{"path":"tests/test_stock.py","digest":"ab73dbf7a10d7e5293542f8ea75572ce3273f53f","mode":"100644","size":79}],"tests":1,"rung":"passes","evidence":[{"kind":"assertion","message":"test_value: AssertionError: assert ''stock'' != ''stock''","path":"tests/test_stock.py","test":"tests/test_stock.py::test_value","detail":"tests/test_stock.py:5: in test_value\n    assert value() != ''stock''\nE   AssertionError: assert ''stock'' != ''stock''\nE    +  where ''stock'' = value()","component_id":""}]}',NULL,'',3.19692025899985310388e+00,1795676668309539,32);
INSERT INTO "interactions" VALUES('local','shop-475317a1','4eb12db83601','fc89f0f8b84f5d0190f611a93af40462',4,'fix_failures','ask_agent','{"prompt":"Your tests for `shop.stock` in tests/test_stock.py did not pass the checks: passes: 1 of 1 test failed: test_value\n\n- test_value: AssertionError: assert ''stock'' != ''stock''  [tests/test_stock.py::test_value]\n    tests/test_stock.py:5: in test_value\n        assert value() != ''stock''\n    E   AssertionError: assert ''stock'' != ''stock''\n    E    +  where ''stock'' = value()\n\nMend the tests, in the same file. The module shop/stock.py itself must stay as it is; change only:\n  tests/test_stock.py\n  tests/__init__.py\n  tests/fixtures/stock/**\n  tests/data/stock/**\n","feedback":[{"kind":"assertion","message":"test_value: AssertionError: assert ''stock'' != ''stock''","path":"tests/test_stock.py","test":"tests/test_stock.py::test_value","detail":"tests/test_stock.py:5: in test_value\n    assert value() != ''stock''\nE   AssertionError: assert ''stock'' != ''stock''\nE    +  where ''stock'' = value()","component_id":""}],"reason":"passes: 1 of 1 test failed: test_value"}',1795676668333882,'ok','','{"usage":{"input_tokens":0,"output_tokens":0,"cached_tokens":0,"cost":null,"model":""},"agent_seconds":0.3989771999995355}',NULL,'',4.13208865999877161812e-01,1795676668804029,37);
INSERT INTO "interactions" VALUES('local','shop-475317a1','1b68dd7d5631','3a19dda592515b2aa9b0aeac3ee73623',4,'finalize','accept_files','{"files":[{"path":"tests/test_money.py","digest":"c5b6155823ab6788e2d529f9c94f9bf2dd473f35","mode":"100644","size":79}],"digest":"e99bf63870e6c3660bab07831ee8d98e070180097e8a9901898a377f23318c65"}',1795676668368336,'ok','accepted tests/test_money.py','{"files":[{"path":"tests/test_money.py","digest":"c5b6155823ab6788e2d529f9c94f9bf2dd473f35","mode":"100644","size":79}],"digest":"e99bf63870e6c3660bab07831ee8d98e070180097e8a9901898a377f23318c65"}',NULL,'',2.92761399996379623189e-02,1795676668447589,36);
INSERT INTO "interactions" VALUES('local','shop-475317a1','9a5b3f52c017','fc89f0f8b84f5d0190f611a93af40462',5,'run_tests','judge_tests','{"test_path":"tests/test_stock.py"}',1795676668828308,'ok','1 test passed every check','{"candidate":[{"path":"tests/test_stock.py","digest":"43c43de431b62a8d50c3d7000fc6353fa00e60b5","mode":"100644","size":79}],"tests":1,"evidence":[]}',NULL,'',2.81939717299974290654e+00,1795676671667677,47);
INSERT INTO "interactions" VALUES('local','shop-475317a1','fb40df8a59ff','fc89f0f8b84f5d0190f611a93af40462',6,'finalize','accept_files','{"files":[{"path":"tests/test_stock.py","digest":"43c43de431b62a8d50c3d7000fc6353fa00e60b5","mode":"100644","size":79}],"digest":"35da72bf043e1812539f3d67724f6b99ab23794d4042dd51aada5732e518ffb6"}',1795676671688100,'ok','accepted tests/test_stock.py','{"files":[{"path":"tests/test_stock.py","digest":"43c43de431b62a8d50c3d7000fc6353fa00e60b5","mode":"100644","size":79}],"digest":"35da72bf043e1812539f3d67724f6b99ab23794d4042dd51aada5732e518ffb6"}',NULL,'',0.00961825600006705,1795676671715321,49);
INSERT INTO "interactions" VALUES('local','shop-475317a1','b3467aa2a375','74afeb6fb4aa',3,'finalize','commit_result','{"branch_name":"test-context-testing-session-for-shop","committed_files":["tests/test_money.py","tests/test_stock.py"],"files":[{"path":"tests/test_money.py","digest":"c5b6155823ab6788e2d529f9c94f9bf2dd473f35","mode":"100644","size":79},{"path":"tests/test_stock.py","digest":"43c43de431b62a8d50c3d7000fc6353fa00e60b5","mode":"100644","size":79}],"message":"Add tests for shop (2 components)\n\n- shop.money\n- shop.stock\n"}',1795676677055308,'ok','committed 2 files to test-context-testing-session-for-shop','{"branch_name":"test-context-testing-session-for-shop","committed_files":["tests/test_money.py","tests/test_stock.py"],"finalized_at":"2026-11-26T07:04:37.088768+00:00","commit":"896c8960bc22f50ab0bf0f95b281973b97f01058"}',NULL,'',5.20062637000592076219e-01,1795676677651900,59);
INSERT INTO "interactions" VALUES('local','shop-475317a1','438e3b7e6add','c333f59bac7f',1,'initialize','prepare_run','{"branch_name":"test-context-testing-session-for-shop","is_named":false,"component_ids":["012bdce7d18d50b9a9365b788805643f","9de5c9794262589abea19a9f95794208"],"working_area":"."}',1795676693436009,'ok','branch test-context-testing-session-for-shop-2','{"branch_name":"test-context-testing-session-for-shop-2","component_ids":["012bdce7d18d50b9a9365b788805643f","9de5c9794262589abea19a9f95794208"]}',NULL,'',2.43883925000773160718e-01,1795676693913605,66);
INSERT INTO "interactions" VALUES('local','shop-475317a1','e0688ee905bb','c333f59bac7f',2,'spawn_component_testing_sessions','run_children','{"child_session_ids":["4bb9968cbf20566db16e0d476f5f0030","844c107fac4155f5a78a6483f4a176bf"],"children":[{"id":"4bb9968cbf20566db16e0d476f5f0030","component_id":"012bdce7d18d50b9a9365b788805643f","name":"shop.money","type":"component_testing","execution_mode":"agentic","agent":"scripted","environment":"local","state":{"parent_branch_name":"test-context-testing-session-for-shop-2"},"retry":{"max_attempts":3,"max_rounds":3,"max_step_errors":3}},{"id":"844c107fac4155f5a78a6483f4a176bf","component_id":"9de5c9794262589abea19a9f95794208","name":"shop.stock","type":"component_testing","execution_mode":"agentic","agent":"scripted","environment":"local","state":{"parent_branch_name":"test-context-testing-session-for-shop-2"},"retry":{"max_attempts":3,"max_rounds":3,"max_step_errors":3}}],"disappeared":[],"reactivate":[],"round":1}',1795676693930733,NULL,'','{}',NULL,'',0.0,NULL,0);
INSERT INTO "interactions" VALUES('local','shop-475317a1','12137fe958b5','4bb9968cbf20566db16e0d476f5f0030',1,'initialize','prepare_worktree','{"source_path":"shop/money.py","test_path":"tests/test_money.py"}',1795676694233615,'ok','works in slot-01','{"context":{"package":"shop","owned":["tests/test_money.py","tests/__init__.py","tests/fixtures/money/**","tests/data/money/**"],"specs":[],"examples":[],"rules":"","siblings":["shop.stock"],"rungs":["fence","collects","passes"],"floors":{"covers":0.0,"kills":0.0},"feedback_chars":6000,"generate_template":"","fix_template":""}}',NULL,'',3.7233916499917540932e-01,1795676694705027,73);
INSERT INTO "interactions" VALUES('local','shop-475317a1','2d53840b520a','844c107fac4155f5a78a6483f4a176bf',1,'initialize','prepare_worktree','{"source_path":"shop/stock.py","test_path":"tests/test_stock.py"}',1795676694265840,'ok','works in slot-02','{"context":{"package":"shop","owned":["tests/test_stock.py","tests/__init__.py","tests/fixtures/stock/**","tests/data/stock/**"],"specs":[],"examples":[],"rules":"","siblings":["shop.money"],"rungs":["fence","collects","passes"],"floors":{"covers":0.0,"kills":0.0},"feedback_chars":6000,"generate_template":"","fix_template":""}}',NULL,'',3.57355852000182494521e-01,1795676694789021,74);
INSERT INTO "interactions" VALUES('local','shop-475317a1','4cea3662f642','4bb9968cbf20566db16e0d476f5f0030',2,'generate_tests','ask_agent','{"prompt":"Write tests for the module `shop.money` of the package `shop`.\n\nModule:    shop/money.py\nTest file: tests/test_money.py\n\nRead the module first. Write pytest tests into the test file, and nowhere else:\n  tests/test_money.py\n  tests/__init__.py\n  tests/fixtures/money/**\n  tests/data/money/**\n\nYour tests are judged by running them, in this order:\n1. only the files named above were changed, and no existing test was weakened or deleted;\n2. pytest collects at least one test, the tests import `shop.money`, and they assert something;\n3. every test passes in a clean process, without network, and leaves no files behind;\n4. every test passes in one run with the tests of the package''s other modules.\n\nDo not change the module. Do not commit, switch branches or install anything. If the module has a bug, write the\ntest for what it should do, mark it `xfail(strict=True)` with the reason, and say so.\n\nOther modules of the package: shop.stock.\n","feedback":[],"reason":"first attempt"}',1795676694775787,'ok','','{"usage":{"input_tokens":0,"output_tokens":0,"cached_tokens":0,"cost":null,"model":""},"agent_seconds":0.5615048980007487,"reuse_key":"a0c216a4f5440bbd3228e7e67d206b3842027bbcc800577a775ac94ccf7e59d5"}',NULL,'',6.94112260999645513948e-01,1795676695593100,77);
INSERT INTO "interactions" VALUES('local','shop-475317a1','c5e3e33488c4','844c107fac4155f5a78a6483f4a176bf',2,'generate_tests','ask_agent','{"prompt":"Write tests for the module `shop.stock` of the package `shop`.\n\nModule:    shop/stock.py\nTest file: tests/test_stock.py\n\nRead the module first. Write pytest tests into the test file, and nowhere else:\n  tests/test_stock.py\n  tests/__init__.py\n  tests/fixtures/stock/**\n  tests/data/stock/**\n\nYour tests are judged by running them, in this order:\n1. only the files named above were changed, and no existing test was weakened or deleted;\n2. pytest collects at least one test, the tests import `shop.stock`, and they assert something;\n3. every test passes in a clean process, without network, and leaves no files behind;\n4. every test passes in one run with the tests of the package''s other modules.\n\nDo not change the module. Do not commit, switch branches or install anything. If the module has a bug, write the\ntest for what it should do, mark it `xfail(strict=True)` with the reason, and say so.\n\nOther modules of the package: shop.money.\n","feedback":[],"reason":"first attempt"}',1795676694869998,NULL,'','{}',NULL,'',0.0,NULL,0);
INSERT INTO "interactions" VALUES('local','shop-475317a1','902cbafcbef2','4bb9968cbf20566db16e0d476f5f0030',3,'run_tests','judge_tests','{"test_path":"tests/test_money.py"}',1795676695667324,'ok','1 test passed every check','{"candidate":[{"path":"tests/test_money.py","digest":"c5b6155823ab6788e2d529f9c94f9bf2dd473f35","mode":"100644","size":79}],"tests":1,"evidence":[]}',NULL,'',3.64959786700001131976e+00,1795676699418741,88);
INSERT INTO "interactions" VALUES('local','shop-475317a1','eabea7e734d9','4bb9968cbf20566db16e0d476f5f0030',4,'finalize','accept_files','{"files":[{"path":"tests/test_money.py","digest":"c5b6155823ab6788e2d529f9c94f9bf2dd473f35","mode":"100644","size":79}],"digest":"e99bf63870e6c3660bab07831ee8d98e070180097e8a9901898a377f23318c65"}',1795676699445705,'ok','accepted tests/test_money.py','{"files":[{"path":"tests/test_money.py","digest":"c5b6155823ab6788e2d529f9c94f9bf2dd473f35","mode":"100644","size":79}],"digest":"e99bf63870e6c3660bab07831ee8d98e070180097e8a9901898a377f23318c65"}',NULL,'',1.87862100001439102925e-02,1795676699504099,90);
CREATE TABLE leases (
	account TEXT NOT NULL, 
	project TEXT NOT NULL, 
	run_id TEXT NOT NULL, 
	host TEXT NOT NULL, 
	boot_id TEXT NOT NULL, 
	pid INTEGER NOT NULL, 
	process_start FLOAT NOT NULL, 
	token BIGINT NOT NULL, 
	heartbeat_at BIGINT NOT NULL, 
	is_held BOOLEAN NOT NULL, 
	CONSTRAINT pk_leases PRIMARY KEY (account, project, run_id), 
	CONSTRAINT fk_leases_account_project_run_id_sessions FOREIGN KEY(account, project, run_id) REFERENCES sessions (account, project, id)
);
INSERT INTO "leases" VALUES('local','shop-475317a1','74afeb6fb4aa','host','boot',2981,1795676651.81,1,1577836800000000,0);
INSERT INTO "leases" VALUES('local','shop-475317a1','c333f59bac7f','host','boot',4163,1795676680.11,1,1577836800000000,1);
CREATE TABLE projects (
	account TEXT NOT NULL, 
	project TEXT NOT NULL, 
	created_at BIGINT NOT NULL, 
	CONSTRAINT pk_projects PRIMARY KEY (account, project)
);
INSERT INTO "projects" VALUES('local','shop-475317a1',1795676661402166);
CREATE TABLE requests (
	account TEXT NOT NULL, 
	project TEXT NOT NULL, 
	id TEXT NOT NULL, 
	run_id TEXT NOT NULL, 
	session_id TEXT NOT NULL, 
	seq INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	requested_by TEXT NOT NULL, 
	requested_at BIGINT NOT NULL, 
	arguments TEXT NOT NULL, 
	answered_at BIGINT, 
	is_granted BOOLEAN, 
	answer TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	CONSTRAINT pk_requests PRIMARY KEY (account, project, id), 
	CONSTRAINT fk_requests_account_project_run_id_sessions FOREIGN KEY(account, project, run_id) REFERENCES sessions (account, project, id), 
	CONSTRAINT fk_requests_account_project_session_id_sessions FOREIGN KEY(account, project, session_id) REFERENCES sessions (account, project, id), 
	CONSTRAINT uq_requests_account_project_run_id_seq UNIQUE (account, project, run_id, seq)
);
CREATE TABLE sessions (
	account TEXT NOT NULL, 
	project TEXT NOT NULL, 
	id TEXT NOT NULL, 
	parent_id TEXT, 
	component_id TEXT, 
	type TEXT NOT NULL, 
	status TEXT NOT NULL, 
	execution_mode TEXT NOT NULL, 
	agent TEXT NOT NULL, 
	environment TEXT NOT NULL, 
	state TEXT NOT NULL, 
	max_attempts INTEGER NOT NULL, 
	max_rounds INTEGER NOT NULL, 
	max_step_errors INTEGER NOT NULL, 
	telling_event_id BIGINT, 
	created_at BIGINT NOT NULL, 
	updated_at BIGINT NOT NULL, 
	version BIGINT NOT NULL, 
	CONSTRAINT pk_sessions PRIMARY KEY (account, project, id), 
	CONSTRAINT fk_sessions_account_project_component_id_components FOREIGN KEY(account, project, component_id) REFERENCES components (account, project, id), 
	CONSTRAINT fk_sessions_account_project_parent_id_sessions FOREIGN KEY(account, project, parent_id) REFERENCES sessions (account, project, id), 
	CONSTRAINT fk_sessions_account_project_projects FOREIGN KEY(account, project) REFERENCES projects (account, project), 
	CONSTRAINT uq_sessions_account_project_parent_id_component_id UNIQUE (account, project, parent_id, component_id)
);
INSERT INTO "sessions" VALUES('local','shop-475317a1','74afeb6fb4aa',NULL,'e839df3f7ea35bb6b48a1a241fda8bcd','context_testing','complete','auto','scripted','local','{"plan":{"root":"@WORLD@/shop","base":"c6d9a9807131033d34399a2fc6d525eb957f378b","package_name":"shop","package_path":"shop","import_roots":["."],"test_root":"tests","interpreter":"@PYTHON@","agent":"scripted","key":"a584cb19640ea6df","jobs":2,"agent_jobs":{},"pytest_plugins":[],"rungs":["fence","collects","passes"],"similar_tests":{},"examples":2,"rules":"","generate_template":"","fix_template":"","is_partial":false,"push":false,"remote":"origin","use_hooks":false,"sign":false,"is_fresh":false,"child_budget":{"tokens":0,"cost":0.0,"seconds":0.0},"run_budget":{"tokens":0,"cost":0.0,"seconds":0.0},"limits":{"agent_seconds":900.0,"agent_stall_seconds":300.0,"test_seconds":20.0,"run_seconds":300.0,"feedback_chars":6000},"ladder":{"file_bytes":1048576,"stable_runs":2,"search_runs":12,"extra_runs":60,"coverage_floor":0.0,"mutants":20,"mutants_floor":0.0,"mutation_seconds":30.0},"retry":{"max_attempts":3,"max_rounds":3,"max_step_errors":3}},"jobs":2,"notes":["interpreter: @PYTHON@, the one ctxtui runs in","tests: flat in tests, named test_*.py (the project has no tests yet)"],"left_out":{"shop/__init__.py":"nothing to call: only imports, constants or declarations"},"branch_name":"test-context-testing-session-for-shop","component_ids":["ca1b0b4d961f54a683549766163f622f","9010543f20fe54a2a17a0fd31ffb83f6"],"waiting":null,"commit":"896c8960bc22f50ab0bf0f95b281973b97f01058","committed_files":["tests/test_money.py","tests/test_stock.py"],"finalized_at":"2026-11-26T07:04:37.088768+00:00","error":null}',3,3,3,29,1795676661527565,1795676677651900,59);
INSERT INTO "sessions" VALUES('local','shop-475317a1','3a19dda592515b2aa9b0aeac3ee73623','74afeb6fb4aa','ca1b0b4d961f54a683549766163f622f','component_testing','complete','agentic','scripted','local','{"parent_branch_name":"test-context-testing-session-for-shop","slot":null,"last_slot":"slot-01","context":{"package":"shop","owned":["tests/test_money.py","tests/__init__.py","tests/fixtures/money/**","tests/data/money/**"],"specs":[],"examples":[],"rules":"","siblings":["shop.stock"],"rungs":["fence","collects","passes"],"floors":{"covers":0.0,"kills":0.0},"feedback_chars":6000,"generate_template":"","fix_template":""},"cooldown_until":null,"reused_from":null,"reuse_key":"a0c216a4f5440bbd3228e7e67d206b3842027bbcc800577a775ac94ccf7e59d5","candidate":[{"path":"tests/test_money.py","digest":"c5b6155823ab6788e2d529f9c94f9bf2dd473f35","mode":"100644","size":79}],"tests":1,"files":[{"path":"tests/test_money.py","digest":"c5b6155823ab6788e2d529f9c94f9bf2dd473f35","mode":"100644","size":79}],"digest":"e99bf63870e6c3660bab07831ee8d98e070180097e8a9901898a377f23318c65","failure":null,"waiting":null}',3,3,3,18,1795676663993200,1795676668447589,36);
INSERT INTO "sessions" VALUES('local','shop-475317a1','fc89f0f8b84f5d0190f611a93af40462','74afeb6fb4aa','9010543f20fe54a2a17a0fd31ffb83f6','component_testing','complete','agentic','scripted','local','{"parent_branch_name":"test-context-testing-session-for-shop","slot":null,"last_slot":"slot-02","context":{"package":"shop","owned":["tests/test_stock.py","tests/__init__.py","tests/fixtures/stock/**","tests/data/stock/**"],"specs":[],"examples":[],"rules":"","siblings":["shop.money"],"rungs":["fence","collects","passes"],"floors":{"covers":0.0,"kills":0.0},"feedback_chars":6000,"generate_template":"","fix_template":""},"cooldown_until":null,"reused_from":null,"reuse_key":"1298adfca0ceb70c6bbae6d58106134aed7b01e47fa0c7b79b6e432cdeda5a23","candidate":[{"path":"tests/test_stock.py","digest":"43c43de431b62a8d50c3d7000fc6353fa00e60b5","mode":"100644","size":79}],"tests":1,"files":[{"path":"tests/test_stock.py","digest":"43c43de431b62a8d50c3d7000fc6353fa00e60b5","mode":"100644","size":79}],"digest":"35da72bf043e1812539f3d67724f6b99ab23794d4042dd51aada5732e518ffb6","failure":null,"waiting":null}',3,3,3,25,1795676663993200,1795676671715321,49);
INSERT INTO "sessions" VALUES('local','shop-475317a1','c333f59bac7f',NULL,'f0d352b0c6e45794be1c1b8b5b0f4b61','context_testing','active','auto','scripted','local','{"plan":{"root":"@WORLD@/shop","base":"c6d9a9807131033d34399a2fc6d525eb957f378b","package_name":"shop","package_path":"shop","import_roots":["."],"test_root":"tests","interpreter":"@PYTHON@","agent":"scripted","key":"a584cb19640ea6df","jobs":2,"agent_jobs":{},"pytest_plugins":[],"rungs":["fence","collects","passes"],"similar_tests":{},"examples":2,"rules":"","generate_template":"","fix_template":"","is_partial":false,"push":false,"remote":"origin","use_hooks":false,"sign":false,"is_fresh":true,"child_budget":{"tokens":0,"cost":0.0,"seconds":0.0},"run_budget":{"tokens":0,"cost":0.0,"seconds":0.0},"limits":{"agent_seconds":900.0,"agent_stall_seconds":300.0,"test_seconds":20.0,"run_seconds":300.0,"feedback_chars":6000},"ladder":{"file_bytes":1048576,"stable_runs":2,"search_runs":12,"extra_runs":60,"coverage_floor":0.0,"mutants":20,"mutants_floor":0.0,"mutation_seconds":30.0},"retry":{"max_attempts":3,"max_rounds":3,"max_step_errors":3}},"jobs":2,"notes":["interpreter: @PYTHON@, the one ctxtui runs in","tests: flat in tests, named test_*.py (the project has no tests yet)"],"left_out":{"shop/__init__.py":"nothing to call: only imports, constants or declarations"},"branch_name":"test-context-testing-session-for-shop-2","component_ids":["012bdce7d18d50b9a9365b788805643f","9de5c9794262589abea19a9f95794208"]}',3,3,3,30,1795676692373784,1795676694001091,68);
INSERT INTO "sessions" VALUES('local','shop-475317a1','4bb9968cbf20566db16e0d476f5f0030','c333f59bac7f','012bdce7d18d50b9a9365b788805643f','component_testing','complete','agentic','scripted','local','{"parent_branch_name":"test-context-testing-session-for-shop-2","slot":null,"last_slot":"slot-01","context":{"package":"shop","owned":["tests/test_money.py","tests/__init__.py","tests/fixtures/money/**","tests/data/money/**"],"specs":[],"examples":[],"rules":"","siblings":["shop.stock"],"rungs":["fence","collects","passes"],"floors":{"covers":0.0,"kills":0.0},"feedback_chars":6000,"generate_template":"","fix_template":""},"cooldown_until":null,"reused_from":null,"reuse_key":"a0c216a4f5440bbd3228e7e67d206b3842027bbcc800577a775ac94ccf7e59d5","candidate":[{"path":"tests/test_money.py","digest":"c5b6155823ab6788e2d529f9c94f9bf2dd473f35","mode":"100644","size":79}],"tests":1,"files":[{"path":"tests/test_money.py","digest":"c5b6155823ab6788e2d529f9c94f9bf2dd473f35","mode":"100644","size":79}],"digest":"e99bf63870e6c3660bab07831ee8d98e070180097e8a9901898a377f23318c65","failure":null,"waiting":null}',3,3,3,40,1795676694001091,1795676699504099,90);
INSERT INTO "sessions" VALUES('local','shop-475317a1','844c107fac4155f5a78a6483f4a176bf','c333f59bac7f','9de5c9794262589abea19a9f95794208','component_testing','active','agentic','scripted','local','{"parent_branch_name":"test-context-testing-session-for-shop-2","slot":"slot-02","last_slot":"slot-02","context":{"package":"shop","owned":["tests/test_stock.py","tests/__init__.py","tests/fixtures/stock/**","tests/data/stock/**"],"specs":[],"examples":[],"rules":"","siblings":["shop.money"],"rungs":["fence","collects","passes"],"floors":{"covers":0.0,"kills":0.0},"feedback_chars":6000,"generate_template":"","fix_template":""}}',3,3,3,32,1795676694001091,1795676694909125,75);
CREATE INDEX ix_components_account_project_parent_id ON components (account, project, parent_id);
CREATE INDEX ix_components_account_project_name ON components (account, project, name);
CREATE INDEX ix_sessions_parent_id_version ON sessions (parent_id, version);
CREATE UNIQUE INDEX ix_interactions_pending ON interactions (account, project, session_id) WHERE result_status IS NULL;
CREATE INDEX ix_interactions_version ON interactions (version);
CREATE INDEX ix_events_session_id_id ON events (session_id, id);
COMMIT;
