BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0004');
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
INSERT INTO "artifacts" VALUES('local','shop-bfb83cbb','4dfb62a5ab855addb2577f7739ddd94a','tests/test_money.py',0,'f72d37198748','c5b6155823ab6788e2d529f9c94f9bf2dd473f35','100644',79);
INSERT INTO "artifacts" VALUES('local','shop-bfb83cbb','3a8813c4beee5341b9fcc1b9b09617bd','tests/test_stock.py',0,'03244712b665','43c43de431b62a8d50c3d7000fc6353fa00e60b5','100644',79);
INSERT INTO "artifacts" VALUES('local','shop-bfb83cbb','3be76116947258dbb489ec7df77b9c11','tests/test_money.py',0,'a95cbd8d921b','c5b6155823ab6788e2d529f9c94f9bf2dd473f35','100644',79);
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
INSERT INTO "attempts" VALUES('local','shop-bfb83cbb','6c3b64b7acea','4dfb62a5ab855addb2577f7739ddd94a',1,'first attempt','passed',1795807141493417,1795807142118313,'','[{"rung":"fence","outcome":"passed","summary":"wrote 1 file of its own","evidence":[],"duration":0.005070806000730954,"metrics":{"changed":1,"outside":0},"lines":null},{"rung":"collects","outcome":"passed","summary":"1 test collected, shop.money imported","evidence":[],"duration":0.30515083399950527,"metrics":{"tests":1,"failed":0,"seconds":0.288},"lines":null},{"rung":"passes","outcome":"passed","summary":"1 test passed in 0.3 s","evidence":[],"duration":0.00005465499998535961,"metrics":{"tests":1,"failed":0,"seconds":0.288},"lines":null}]','{"input_tokens":0,"output_tokens":0,"cached_tokens":0,"cost":null,"model":"","is_estimated":false}');
INSERT INTO "attempts" VALUES('local','shop-bfb83cbb','aa51ab609904','3a8813c4beee5341b9fcc1b9b09617bd',1,'first attempt','failed',1795807141515699,1795807142104898,'','[{"rung":"fence","outcome":"passed","summary":"wrote 1 file of its own","evidence":[],"duration":0.0020778039997821907,"metrics":{"changed":1,"outside":0},"lines":null},{"rung":"collects","outcome":"passed","summary":"1 test collected, shop.stock imported","evidence":[],"duration":0.4021036530002675,"metrics":{"tests":1,"failed":1,"seconds":0.382},"lines":null},{"rung":"passes","outcome":"failed","summary":"1 of 1 test failed: test_value (AssertionError: assert ''stock'' == ''nothing'')","evidence":[{"kind":"assertion","message":"test_value: AssertionError: assert ''stock'' == ''nothing''","path":"tests/test_stock.py","test":"tests/test_stock.py::test_value","detail":"tests/test_stock.py:5: in test_value\n    assert value() == ''nothing''\nE   AssertionError: assert ''stock'' == ''nothing''\nE     \nE     - nothing\nE     + stock","component_id":"","lines":[],"change":""}],"duration":0.00029710200033150613,"metrics":{"tests":1,"failed":1,"seconds":0.382},"lines":null}]','{"input_tokens":0,"output_tokens":0,"cached_tokens":0,"cost":null,"model":"","is_estimated":false}');
INSERT INTO "attempts" VALUES('local','shop-bfb83cbb','a15c5b2f59fd','3a8813c4beee5341b9fcc1b9b09617bd',2,'passes: 1 of 1 test failed: test_value (AssertionError: assert ''stock'' == ''nothing'')','passed',1795807142104898,1795807142626301,'','[{"rung":"fence","outcome":"passed","summary":"wrote 1 file of its own","evidence":[],"duration":0.00020054699962201994,"metrics":{"changed":1,"outside":0},"lines":null},{"rung":"collects","outcome":"passed","summary":"1 test collected, shop.stock imported","evidence":[],"duration":0.287340709000091,"metrics":{"tests":1,"failed":0,"seconds":0.276},"lines":null},{"rung":"passes","outcome":"passed","summary":"1 test passed in 0.3 s","evidence":[],"duration":0.00007946599998831516,"metrics":{"tests":1,"failed":0,"seconds":0.276},"lines":null}]','{"input_tokens":0,"output_tokens":0,"cached_tokens":0,"cost":null,"model":"","is_estimated":false}');
INSERT INTO "attempts" VALUES('local','shop-bfb83cbb','daa89d4dde22','3be76116947258dbb489ec7df77b9c11',1,'first attempt','passed',1795807149863162,1795807153030804,'','[{"rung":"fence","outcome":"passed","summary":"wrote 1 file of its own","evidence":[],"duration":0.0017477540004620096,"metrics":{"changed":1,"outside":0},"lines":null},{"rung":"collects","outcome":"passed","summary":"1 test collected, shop.money imported","evidence":[],"duration":2.8827122920001784,"metrics":{"tests":1,"failed":0,"seconds":2.874},"lines":null},{"rung":"passes","outcome":"passed","summary":"1 test passed in 2.9 s","evidence":[],"duration":0.00011865399937960319,"metrics":{"tests":1,"failed":0,"seconds":2.874},"lines":null}]','{"input_tokens":0,"output_tokens":0,"cached_tokens":0,"cost":null,"model":"","is_estimated":false}');
INSERT INTO "attempts" VALUES('local','shop-bfb83cbb','fadc63fbb21a','85901d8f45c4525283773e0977d066fe',1,'first attempt','running',1795807149906554,NULL,'','[]','{"input_tokens":0,"output_tokens":0,"cached_tokens":0,"cost":null,"model":"","is_estimated":false}');
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
INSERT INTO "components" VALUES('local','shop-bfb83cbb','f79026f3738450adb85cc7dec8eb37d5','shop','shop','tests',0,NULL,'[]');
INSERT INTO "components" VALUES('local','shop-bfb83cbb','e9e47cf22c29542aadfe12b4b9501caf','shop.money','shop/money.py','tests/test_money.py',200,'f79026f3738450adb85cc7dec8eb37d5','[]');
INSERT INTO "components" VALUES('local','shop-bfb83cbb','37b2728b89ca5dc2bb2bbe395b6e5d36','shop.stock','shop/stock.py','tests/test_stock.py',200,'f79026f3738450adb85cc7dec8eb37d5','[]');
INSERT INTO "components" VALUES('local','shop-bfb83cbb','06995533567c5971970846d34395b498','shop','shop','tests',0,NULL,'[]');
INSERT INTO "components" VALUES('local','shop-bfb83cbb','a498995dd8095dff99f0d8eca0c396d5','shop.money','shop/money.py','tests/test_money.py',200,'06995533567c5971970846d34395b498','[]');
INSERT INTO "components" VALUES('local','shop-bfb83cbb','e73e0ae45d655db28a3e798f2fca369f','shop.stock','shop/stock.py','tests/test_stock.py',200,'06995533567c5971970846d34395b498','[]');
CREATE TABLE contents (
	account TEXT NOT NULL, 
	project TEXT NOT NULL, 
	run_id TEXT NOT NULL, 
	digest TEXT NOT NULL, 
	content BLOB NOT NULL, 
	CONSTRAINT pk_contents PRIMARY KEY (account, project, run_id, digest), 
	CONSTRAINT fk_contents_account_sessions FOREIGN KEY(account, project, run_id) REFERENCES sessions (account, project, id)
);
CREATE TABLE counters (
	name TEXT NOT NULL, 
	value BIGINT NOT NULL, 
	CONSTRAINT pk_counters PRIMARY KEY (name)
);
INSERT INTO "counters" VALUES('version',52);
INSERT INTO "counters" VALUES('event',41);
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
INSERT INTO "events" VALUES(1,'local','shop-bfb83cbb','5f136b801f3b',NULL,'status',1795807141265020,'started (ada@host)','{"by":"ada@host"}');
INSERT INTO "events" VALUES(2,'local','shop-bfb83cbb','4dfb62a5ab855addb2577f7739ddd94a',NULL,'status',1795807141493417,'begins','{"by":"engine","from":"active","to":"active","reason":"begins"}');
INSERT INTO "events" VALUES(3,'local','shop-bfb83cbb','3a8813c4beee5341b9fcc1b9b09617bd',NULL,'status',1795807141515699,'begins','{"by":"engine","from":"active","to":"active","reason":"begins"}');
INSERT INTO "events" VALUES(4,'local','shop-bfb83cbb','3a8813c4beee5341b9fcc1b9b09617bd',NULL,'status',1795807141669436,'written files kept: 1','{"by":"engine","from":"active","to":"active","reason":"written files kept: 1"}');
INSERT INTO "events" VALUES(5,'local','shop-bfb83cbb','3a8813c4beee5341b9fcc1b9b09617bd','4c7574ddbd1b','status',1795807141685420,'checking: fence','{}');
INSERT INTO "events" VALUES(6,'local','shop-bfb83cbb','3a8813c4beee5341b9fcc1b9b09617bd','4c7574ddbd1b','status',1795807141688843,'checking: collects','{}');
INSERT INTO "events" VALUES(7,'local','shop-bfb83cbb','3a8813c4beee5341b9fcc1b9b09617bd','4c7574ddbd1b','rung',1795807141689528,'fence passed: wrote 1 file of its own','{"rung":"fence","outcome":"passed"}');
INSERT INTO "events" VALUES(8,'local','shop-bfb83cbb','4dfb62a5ab855addb2577f7739ddd94a',NULL,'status',1795807141764644,'written files kept: 1','{"by":"engine","from":"active","to":"active","reason":"written files kept: 1"}');
INSERT INTO "events" VALUES(9,'local','shop-bfb83cbb','4dfb62a5ab855addb2577f7739ddd94a','81afe4a65bb0','status',1795807141782204,'checking: fence','{}');
INSERT INTO "events" VALUES(10,'local','shop-bfb83cbb','4dfb62a5ab855addb2577f7739ddd94a','81afe4a65bb0','status',1795807141790584,'checking: collects','{}');
INSERT INTO "events" VALUES(11,'local','shop-bfb83cbb','4dfb62a5ab855addb2577f7739ddd94a','81afe4a65bb0','rung',1795807141792785,'fence passed: wrote 1 file of its own','{"rung":"fence","outcome":"passed"}');
INSERT INTO "events" VALUES(12,'local','shop-bfb83cbb','3a8813c4beee5341b9fcc1b9b09617bd','4c7574ddbd1b','status',1795807142091107,'checking: passes','{}');
INSERT INTO "events" VALUES(13,'local','shop-bfb83cbb','3a8813c4beee5341b9fcc1b9b09617bd','4c7574ddbd1b','rung',1795807142091884,'collects passed: 1 test collected, shop.stock imported','{"rung":"collects","outcome":"passed"}');
INSERT INTO "events" VALUES(14,'local','shop-bfb83cbb','4dfb62a5ab855addb2577f7739ddd94a','81afe4a65bb0','status',1795807142095921,'checking: passes','{}');
INSERT INTO "events" VALUES(15,'local','shop-bfb83cbb','3a8813c4beee5341b9fcc1b9b09617bd','4c7574ddbd1b','rung',1795807142103235,'passes failed: 1 of 1 test failed: test_value (AssertionError: assert ''stock'' == ''nothing'')','{"rung":"passes","outcome":"failed"}');
INSERT INTO "events" VALUES(16,'local','shop-bfb83cbb','4dfb62a5ab855addb2577f7739ddd94a','81afe4a65bb0','rung',1795807142112107,'collects passed: 1 test collected, shop.money imported','{"rung":"collects","outcome":"passed"}');
INSERT INTO "events" VALUES(17,'local','shop-bfb83cbb','4dfb62a5ab855addb2577f7739ddd94a','81afe4a65bb0','rung',1795807142117061,'passes passed: 1 test passed in 0.3 s','{"rung":"passes","outcome":"passed"}');
INSERT INTO "events" VALUES(18,'local','shop-bfb83cbb','4dfb62a5ab855addb2577f7739ddd94a','f72d37198748','status',1795807142131098,'active → complete','{"from":"active","to":"complete","by":"workflow","reason":""}');
INSERT INTO "events" VALUES(19,'local','shop-bfb83cbb','3a8813c4beee5341b9fcc1b9b09617bd',NULL,'status',1795807142321022,'written files kept: 1','{"by":"engine","from":"active","to":"active","reason":"written files kept: 1"}');
INSERT INTO "events" VALUES(20,'local','shop-bfb83cbb','3a8813c4beee5341b9fcc1b9b09617bd','ac6451560989','status',1795807142330061,'checking: fence','{}');
INSERT INTO "events" VALUES(21,'local','shop-bfb83cbb','3a8813c4beee5341b9fcc1b9b09617bd','ac6451560989','status',1795807142331365,'checking: collects','{}');
INSERT INTO "events" VALUES(22,'local','shop-bfb83cbb','3a8813c4beee5341b9fcc1b9b09617bd','ac6451560989','rung',1795807142332026,'fence passed: wrote 1 file of its own','{"rung":"fence","outcome":"passed"}');
INSERT INTO "events" VALUES(23,'local','shop-bfb83cbb','3a8813c4beee5341b9fcc1b9b09617bd','ac6451560989','status',1795807142618876,'checking: passes','{}');
INSERT INTO "events" VALUES(24,'local','shop-bfb83cbb','3a8813c4beee5341b9fcc1b9b09617bd','ac6451560989','rung',1795807142619467,'collects passed: 1 test collected, shop.stock imported','{"rung":"collects","outcome":"passed"}');
INSERT INTO "events" VALUES(25,'local','shop-bfb83cbb','3a8813c4beee5341b9fcc1b9b09617bd','ac6451560989','rung',1795807142624959,'passes passed: 1 test passed in 0.3 s','{"rung":"passes","outcome":"passed"}');
INSERT INTO "events" VALUES(26,'local','shop-bfb83cbb','3a8813c4beee5341b9fcc1b9b09617bd','03244712b665','status',1795807142632937,'active → complete','{"from":"active","to":"complete","by":"workflow","reason":""}');
INSERT INTO "events" VALUES(27,'local','shop-bfb83cbb','5f136b801f3b','250102c8222a','note',1795807142643434,'running the tests of 2 components together','{}');
INSERT INTO "events" VALUES(28,'local','shop-bfb83cbb','5f136b801f3b','250102c8222a','rung',1795807145900412,'together: 2 tests of 2 components passed together in 3.2 s, in 2 orders','{}');
INSERT INTO "events" VALUES(29,'local','shop-bfb83cbb','5f136b801f3b','723456841c10','status',1795807146138891,'branch test-context-testing-session-for-shop is at f24f653a744a','{}');
INSERT INTO "events" VALUES(30,'local','shop-bfb83cbb','5f136b801f3b','723456841c10','status',1795807146140509,'active → complete','{"from":"active","to":"complete","by":"workflow","reason":""}');
INSERT INTO "events" VALUES(31,'local','shop-bfb83cbb','43259d26ad3b',NULL,'status',1795807149638607,'started (ada@host)','{"by":"ada@host"}');
INSERT INTO "events" VALUES(32,'local','shop-bfb83cbb','3be76116947258dbb489ec7df77b9c11',NULL,'status',1795807149863162,'begins','{"by":"engine","from":"active","to":"active","reason":"begins"}');
INSERT INTO "events" VALUES(33,'local','shop-bfb83cbb','85901d8f45c4525283773e0977d066fe',NULL,'status',1795807149906554,'begins','{"by":"engine","from":"active","to":"active","reason":"begins"}');
INSERT INTO "events" VALUES(34,'local','shop-bfb83cbb','3be76116947258dbb489ec7df77b9c11',NULL,'status',1795807150101026,'written files kept: 1','{"by":"engine","from":"active","to":"active","reason":"written files kept: 1"}');
INSERT INTO "events" VALUES(35,'local','shop-bfb83cbb','3be76116947258dbb489ec7df77b9c11','3f73dc98aa26','status',1795807150126737,'checking: fence','{}');
INSERT INTO "events" VALUES(36,'local','shop-bfb83cbb','3be76116947258dbb489ec7df77b9c11','3f73dc98aa26','status',1795807150130165,'checking: collects','{}');
INSERT INTO "events" VALUES(37,'local','shop-bfb83cbb','3be76116947258dbb489ec7df77b9c11','3f73dc98aa26','rung',1795807150130876,'fence passed: wrote 1 file of its own','{"rung":"fence","outcome":"passed"}');
INSERT INTO "events" VALUES(38,'local','shop-bfb83cbb','3be76116947258dbb489ec7df77b9c11','3f73dc98aa26','status',1795807153017669,'checking: passes','{}');
INSERT INTO "events" VALUES(39,'local','shop-bfb83cbb','3be76116947258dbb489ec7df77b9c11','3f73dc98aa26','rung',1795807153018520,'collects passed: 1 test collected, shop.money imported','{"rung":"collects","outcome":"passed"}');
INSERT INTO "events" VALUES(40,'local','shop-bfb83cbb','3be76116947258dbb489ec7df77b9c11','3f73dc98aa26','rung',1795807153029313,'passes passed: 1 test passed in 2.9 s','{"rung":"passes","outcome":"passed"}');
INSERT INTO "events" VALUES(41,'local','shop-bfb83cbb','3be76116947258dbb489ec7df77b9c11','a95cbd8d921b','status',1795807153039997,'active → complete','{"from":"active","to":"complete","by":"workflow","reason":""}');
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
INSERT INTO "interactions" VALUES('local','shop-bfb83cbb','450855d27e2f','5f136b801f3b',1,'initialize','prepare_run','{"branch_name":"test-context-testing-session-for-shop","is_named":false,"component_ids":["e9e47cf22c29542aadfe12b4b9501caf","37b2728b89ca5dc2bb2bbe395b6e5d36"],"working_area":"."}',1795807141283230,'ok','branch test-context-testing-session-for-shop','{"branch_name":"test-context-testing-session-for-shop","component_ids":["e9e47cf22c29542aadfe12b4b9501caf","37b2728b89ca5dc2bb2bbe395b6e5d36"]}',NULL,'',0.092335,1795807141379875,6);
INSERT INTO "interactions" VALUES('local','shop-bfb83cbb','250102c8222a','5f136b801f3b',2,'spawn_component_testing_sessions','run_children','{"child_session_ids":["4dfb62a5ab855addb2577f7739ddd94a","3a8813c4beee5341b9fcc1b9b09617bd"],"children":[["4dfb62a5ab855addb2577f7739ddd94a","e9e47cf22c29542aadfe12b4b9501caf","shop.money"],["3a8813c4beee5341b9fcc1b9b09617bd","37b2728b89ca5dc2bb2bbe395b6e5d36","shop.stock"]],"alike":{"type":"component_testing","execution_mode":"agentic","agent":"scripted","environment":"local","state":{"parent_branch_name":"test-context-testing-session-for-shop"},"retry":{"max_attempts":3,"max_rounds":3,"max_step_errors":3}},"disappeared":[],"reactivate":[],"round":1}',1795807141375845,'ok','2 child sessions passed, together too','{"not_created":{},"disappeared":[],"missing_files":{},"together":{"rung":"together","outcome":"passed","summary":"2 tests of 2 components passed together in 3.2 s, in 2 orders","evidence":[],"duration":3.197620767000444,"metrics":{"tests":2,"failed":0,"seconds":3.183,"components":2},"lines":null},"attempts_left":{}}',NULL,'',4.525131,1795807145905968,30);
INSERT INTO "interactions" VALUES('local','shop-bfb83cbb','7377aa502be8','4dfb62a5ab855addb2577f7739ddd94a',1,'initialize','prepare_worktree','{"source_path":"shop/money.py","test_path":"tests/test_money.py"}',1795807141421125,'ok','The working area is ready.','{"context":{"package":"shop","owned":["tests/test_money.py","tests/__init__.py","tests/fixtures/money/**","tests/data/money/**"],"is_present":false,"specs":[],"examples":[],"conventions":[],"rules":"","siblings":["shop.money","shop.stock"],"neighbours":[],"rungs":["fence","collects","passes"],"best_of":1,"names":{"functions":["test"],"classes":["Test"]},"floors":{"covers":0.0,"kills":0.0},"feedback_chars":6000,"generate_template":"","fix_template":""}}',NULL,'',0.070705,1795807141493417,9);
INSERT INTO "interactions" VALUES('local','shop-bfb83cbb','c1d610967e17','3a8813c4beee5341b9fcc1b9b09617bd',1,'initialize','prepare_worktree','{"source_path":"shop/stock.py","test_path":"tests/test_stock.py"}',1795807141434013,'ok','The working area is ready.','{"context":{"package":"shop","owned":["tests/test_stock.py","tests/__init__.py","tests/fixtures/stock/**","tests/data/stock/**"],"is_present":false,"specs":[],"examples":[],"conventions":[],"rules":"","siblings":["shop.money","shop.stock"],"neighbours":[],"rungs":["fence","collects","passes"],"best_of":1,"names":{"functions":["test"],"classes":["Test"]},"floors":{"covers":0.0,"kills":0.0},"feedback_chars":6000,"generate_template":"","fix_template":""}}',NULL,'',0.080153,1795807141515699,10);
INSERT INTO "interactions" VALUES('local','shop-bfb83cbb','cc808db4a0ee','4dfb62a5ab855addb2577f7739ddd94a',2,'generate_tests','ask_agent','{"prompt":"Write pytest tests for one module of the package `shop`. Which one it is stands at the end, under \"Your module\".\n\nRead the module first, then write its tests. They are judged by running them, in this order:\n1. only your own files were changed, and no existing test was weakened or deleted;\n2. pytest collects at least one test, the tests import the module, and they assert something;\n3. every test passes in a clean process, without network, and touches no file outside its `tmp_path`;\n4. every test passes in one run with the tests of the package''s other modules.\n\nState what the module promises: results, errors and their messages, what happens at the edges. Call the module itself;\nreplace only what its tests must not reach, such as the network.\n\nRun them while you write, as often as you need, with\n\n    .ctxtui/run-tests\n\nIt runs your test file as it will be judged: in this project''s interpreter, with its plugins and settings, in a clean\nprocess. It says what failed and which lines of the module are not reached yet. You are done when it ends with `passed`\nand reaches what can be reached: then stop, and say in one sentence what the tests show.\n\nDo not commit, switch branches or install anything. If the module has a bug, leave it there: write the test for what it\nshould do, mark it `xfail(strict=True)` with the reason, and say so. Nobody answers while you work: where docstrings and\ntexts leave something open, take what the code does. Only where no test can be written without an answer, write none,\nand end with that one question.\n\nModules of the package, each of which gets tests of its own: shop.money, shop.stock.\n\nYour module: `shop.money`, in shop/money.py\nTest file:   tests/test_money.py\n\nYou may write these paths, and nothing else:\n  tests/test_money.py\n  tests/__init__.py\n  tests/fixtures/money/**\n  tests/data/money/**\n","feedback":[],"reason":"first attempt","note":"","agent":"scripted"}',1795807141492111,'ok','','{"usage":{"input_tokens":0,"output_tokens":0,"cached_tokens":0,"cost":null,"model":"","is_estimated":false},"agent_seconds":0.20441667900013272,"reuse_key":"7cf593c1cb60b77a68024cc747aa25fa47ccad5d068b1f63f8c2a26275976639"}',0,'',0.271232,1795807141764644,13);
INSERT INTO "interactions" VALUES('local','shop-bfb83cbb','d2785edb83bc','3a8813c4beee5341b9fcc1b9b09617bd',2,'generate_tests','ask_agent','{"prompt":"Write pytest tests for one module of the package `shop`. Which one it is stands at the end, under \"Your module\".\n\nRead the module first, then write its tests. They are judged by running them, in this order:\n1. only your own files were changed, and no existing test was weakened or deleted;\n2. pytest collects at least one test, the tests import the module, and they assert something;\n3. every test passes in a clean process, without network, and touches no file outside its `tmp_path`;\n4. every test passes in one run with the tests of the package''s other modules.\n\nState what the module promises: results, errors and their messages, what happens at the edges. Call the module itself;\nreplace only what its tests must not reach, such as the network.\n\nRun them while you write, as often as you need, with\n\n    .ctxtui/run-tests\n\nIt runs your test file as it will be judged: in this project''s interpreter, with its plugins and settings, in a clean\nprocess. It says what failed and which lines of the module are not reached yet. You are done when it ends with `passed`\nand reaches what can be reached: then stop, and say in one sentence what the tests show.\n\nDo not commit, switch branches or install anything. If the module has a bug, leave it there: write the test for what it\nshould do, mark it `xfail(strict=True)` with the reason, and say so. Nobody answers while you work: where docstrings and\ntexts leave something open, take what the code does. Only where no test can be written without an answer, write none,\nand end with that one question.\n\nModules of the package, each of which gets tests of its own: shop.money, shop.stock.\n\nYour module: `shop.stock`, in shop/stock.py\nTest file:   tests/test_stock.py\n\nYou may write these paths, and nothing else:\n  tests/test_stock.py\n  tests/__init__.py\n  tests/fixtures/stock/**\n  tests/data/stock/**\n","feedback":[],"reason":"first attempt","note":"","agent":"scripted"}',1795807141514475,'ok','','{"usage":{"input_tokens":0,"output_tokens":0,"cached_tokens":0,"cost":null,"model":"","is_estimated":false},"agent_seconds":0.10386538900002051,"reuse_key":"7ecebcc37e55db9e953a4d94cdd14ab2eae5efeca832f1ff813cd99e04f4213d"}',0,'',0.153862,1795807141669436,11);
INSERT INTO "interactions" VALUES('local','shop-bfb83cbb','4c7574ddbd1b','3a8813c4beee5341b9fcc1b9b09617bd',3,'run_tests','judge_tests','{"test_path":"tests/test_stock.py"}',1795807141668595,'error','passes: 1 of 1 test failed: test_value (AssertionError: assert ''stock'' == ''nothing'')','{"candidate":[{"path":"tests/test_stock.py","digest":"c3c6157a36c54dbeb591c65d2b7adaa4d72e8b5a","mode":"100644","size":81}],"tests":1,"rung":"passes","evidence":[{"kind":"assertion","message":"test_value: AssertionError: assert ''stock'' == ''nothing''","path":"tests/test_stock.py","test":"tests/test_stock.py::test_value","detail":"tests/test_stock.py:5: in test_value\n    assert value() == ''nothing''\nE   AssertionError: assert ''stock'' == ''nothing''\nE     \nE     - nothing\nE     + stock","component_id":"","lines":[],"change":""}]}',NULL,'tests/test_stock.py:5: in test_value
    assert value() == ''nothing''
E   AssertionError: assert ''stock'' == ''nothing''
E     
E     - nothing
E     + stock',0.43468,1795807142104898,16);
INSERT INTO "interactions" VALUES('local','shop-bfb83cbb','81afe4a65bb0','4dfb62a5ab855addb2577f7739ddd94a',3,'run_tests','judge_tests','{"test_path":"tests/test_money.py"}',1795807141763603,'ok','1 test passed every check','{"candidate":[{"path":"tests/test_money.py","digest":"c5b6155823ab6788e2d529f9c94f9bf2dd473f35","mode":"100644","size":79}],"tests":1,"kills":{},"evidence":[]}',NULL,'',0.353501,1795807142118313,18);
INSERT INTO "interactions" VALUES('local','shop-bfb83cbb','aa6ca86906f3','3a8813c4beee5341b9fcc1b9b09617bd',4,'fix_failures','ask_agent','{"prompt":"Your tests for `shop.stock` in tests/test_stock.py did not pass the checks: passes: 1 of 1 test failed\n\n- test_value: AssertionError: assert ''stock'' == ''nothing''  [tests/test_stock.py::test_value]\n    tests/test_stock.py:5: in test_value\n        assert value() == ''nothing''\n    E   AssertionError: assert ''stock'' == ''nothing''\n    E\n    E     - nothing\n    E     + stock\n\nRead the test file as it is now, then mend its tests or add what is missing. `.ctxtui/run-tests` shows whether they pass;\n`.ctxtui/run-tests --seed N` repeats a seed that is named above. Leave tests that pass as they are, and weaken none: one\nthat is right about a bug of the module stays, as `xfail(strict=True)` with the reason. Stop when nothing of this is\nleft. The module shop/stock.py itself must stay as it is; change only:\n  tests/test_stock.py\n  tests/__init__.py\n  tests/fixtures/stock/**\n  tests/data/stock/**\n","feedback":[{"kind":"assertion","message":"test_value: AssertionError: assert ''stock'' == ''nothing''","path":"tests/test_stock.py","test":"tests/test_stock.py::test_value","detail":"tests/test_stock.py:5: in test_value\n    assert value() == ''nothing''\nE   AssertionError: assert ''stock'' == ''nothing''\nE     \nE     - nothing\nE     + stock","component_id":"","lines":[],"change":""}],"reason":"passes: 1 of 1 test failed: test_value (AssertionError: assert ''stock'' == ''nothing'')","note":"","agent":"scripted"}',1795807142103595,'ok','','{"usage":{"input_tokens":0,"output_tokens":0,"cached_tokens":0,"cost":null,"model":"","is_estimated":false},"agent_seconds":0.15238732199941296}',0,'',0.21599,1795807142321022,21);
INSERT INTO "interactions" VALUES('local','shop-bfb83cbb','f72d37198748','4dfb62a5ab855addb2577f7739ddd94a',4,'finalize','accept_files','{"files":[{"path":"tests/test_money.py","digest":"c5b6155823ab6788e2d529f9c94f9bf2dd473f35","mode":"100644","size":79}],"digest":"e99bf63870e6c3660bab07831ee8d98e070180097e8a9901898a377f23318c65"}',1795807142117407,'ok','accepted tests/test_money.py','{"files":[{"path":"tests/test_money.py","digest":"c5b6155823ab6788e2d529f9c94f9bf2dd473f35","mode":"100644","size":79}],"digest":"e99bf63870e6c3660bab07831ee8d98e070180097e8a9901898a377f23318c65"}',NULL,'',0.009879,1795807142131098,19);
INSERT INTO "interactions" VALUES('local','shop-bfb83cbb','ac6451560989','3a8813c4beee5341b9fcc1b9b09617bd',5,'run_tests','judge_tests','{"test_path":"tests/test_stock.py"}',1795807142320117,'ok','1 test passed every check','{"candidate":[{"path":"tests/test_stock.py","digest":"43c43de431b62a8d50c3d7000fc6353fa00e60b5","mode":"100644","size":79}],"tests":1,"kills":{},"evidence":[]}',NULL,'',0.304872,1795807142626301,24);
INSERT INTO "interactions" VALUES('local','shop-bfb83cbb','03244712b665','3a8813c4beee5341b9fcc1b9b09617bd',6,'finalize','accept_files','{"files":[{"path":"tests/test_stock.py","digest":"43c43de431b62a8d50c3d7000fc6353fa00e60b5","mode":"100644","size":79}],"digest":"35da72bf043e1812539f3d67724f6b99ab23794d4042dd51aada5732e518ffb6"}',1795807142625337,'ok','accepted tests/test_stock.py','{"files":[{"path":"tests/test_stock.py","digest":"43c43de431b62a8d50c3d7000fc6353fa00e60b5","mode":"100644","size":79}],"digest":"35da72bf043e1812539f3d67724f6b99ab23794d4042dd51aada5732e518ffb6"}',NULL,'',0.006621,1795807142632937,25);
INSERT INTO "interactions" VALUES('local','shop-bfb83cbb','723456841c10','5f136b801f3b',3,'finalize','commit_result','{"branch_name":"test-context-testing-session-for-shop","committed_files":["tests/test_money.py","tests/test_stock.py"],"files":[{"path":"tests/test_money.py","digest":"c5b6155823ab6788e2d529f9c94f9bf2dd473f35","mode":"100644","size":79},{"path":"tests/test_stock.py","digest":"43c43de431b62a8d50c3d7000fc6353fa00e60b5","mode":"100644","size":79}],"message":"Add tests for shop (2 components)\n\n- shop.money\n- shop.stock\n"}',1795807145901300,'ok','committed 2 files to test-context-testing-session-for-shop','{"branch_name":"test-context-testing-session-for-shop","committed_files":["tests/test_money.py","tests/test_stock.py"],"finalized_at":"2026-11-27T19:19:05.911169+00:00","commit":"f24f653a744a27842a2fe7c1c2581fe41af552f8"}',NULL,'',0.238131,1795807146140509,31);
INSERT INTO "interactions" VALUES('local','shop-bfb83cbb','e8a4dd5a676d','43259d26ad3b',1,'initialize','prepare_run','{"branch_name":"test-context-testing-session-for-shop","is_named":false,"component_ids":["a498995dd8095dff99f0d8eca0c396d5","e73e0ae45d655db28a3e798f2fca369f"],"working_area":"."}',1795807149656476,'ok','branch test-context-testing-session-for-shop-2','{"branch_name":"test-context-testing-session-for-shop-2","component_ids":["a498995dd8095dff99f0d8eca0c396d5","e73e0ae45d655db28a3e798f2fca369f"]}',NULL,'',0.089713,1795807149754939,40);
INSERT INTO "interactions" VALUES('local','shop-bfb83cbb','f758e4aefc66','43259d26ad3b',2,'spawn_component_testing_sessions','run_children','{"child_session_ids":["3be76116947258dbb489ec7df77b9c11","85901d8f45c4525283773e0977d066fe"],"children":[["3be76116947258dbb489ec7df77b9c11","a498995dd8095dff99f0d8eca0c396d5","shop.money"],["85901d8f45c4525283773e0977d066fe","e73e0ae45d655db28a3e798f2fca369f","shop.stock"]],"alike":{"type":"component_testing","execution_mode":"agentic","agent":"scripted","environment":"local","state":{"parent_branch_name":"test-context-testing-session-for-shop-2"},"retry":{"max_attempts":3,"max_rounds":3,"max_step_errors":3}},"disappeared":[],"reactivate":[],"round":1}',1795807149746507,NULL,'','{}',NULL,'',0.0,NULL,0);
INSERT INTO "interactions" VALUES('local','shop-bfb83cbb','c173a4220790','3be76116947258dbb489ec7df77b9c11',1,'initialize','prepare_worktree','{"source_path":"shop/money.py","test_path":"tests/test_money.py"}',1795807149796332,'ok','The working area is ready.','{"context":{"package":"shop","owned":["tests/test_money.py","tests/__init__.py","tests/fixtures/money/**","tests/data/money/**"],"is_present":false,"specs":[],"examples":[],"conventions":[],"rules":"","siblings":["shop.money","shop.stock"],"neighbours":[],"rungs":["fence","collects","passes"],"best_of":1,"names":{"functions":["test"],"classes":["Test"]},"floors":{"covers":0.0,"kills":0.0},"feedback_chars":6000,"generate_template":"","fix_template":""}}',NULL,'',0.060053,1795807149863162,43);
INSERT INTO "interactions" VALUES('local','shop-bfb83cbb','d3c109aed1d3','85901d8f45c4525283773e0977d066fe',1,'initialize','prepare_worktree','{"source_path":"shop/stock.py","test_path":"tests/test_stock.py"}',1795807149807704,'ok','The working area is ready.','{"context":{"package":"shop","owned":["tests/test_stock.py","tests/__init__.py","tests/fixtures/stock/**","tests/data/stock/**"],"is_present":false,"specs":[],"examples":[],"conventions":[],"rules":"","siblings":["shop.money","shop.stock"],"neighbours":[],"rungs":["fence","collects","passes"],"best_of":1,"names":{"functions":["test"],"classes":["Test"]},"floors":{"covers":0.0,"kills":0.0},"feedback_chars":6000,"generate_template":"","fix_template":""}}',NULL,'',0.097145,1795807149906554,44);
INSERT INTO "interactions" VALUES('local','shop-bfb83cbb','d1f27210d9e3','3be76116947258dbb489ec7df77b9c11',2,'generate_tests','ask_agent','{"prompt":"Write pytest tests for one module of the package `shop`. Which one it is stands at the end, under \"Your module\".\n\nRead the module first, then write its tests. They are judged by running them, in this order:\n1. only your own files were changed, and no existing test was weakened or deleted;\n2. pytest collects at least one test, the tests import the module, and they assert something;\n3. every test passes in a clean process, without network, and touches no file outside its `tmp_path`;\n4. every test passes in one run with the tests of the package''s other modules.\n\nState what the module promises: results, errors and their messages, what happens at the edges. Call the module itself;\nreplace only what its tests must not reach, such as the network.\n\nRun them while you write, as often as you need, with\n\n    .ctxtui/run-tests\n\nIt runs your test file as it will be judged: in this project''s interpreter, with its plugins and settings, in a clean\nprocess. It says what failed and which lines of the module are not reached yet. You are done when it ends with `passed`\nand reaches what can be reached: then stop, and say in one sentence what the tests show.\n\nDo not commit, switch branches or install anything. If the module has a bug, leave it there: write the test for what it\nshould do, mark it `xfail(strict=True)` with the reason, and say so. Nobody answers while you work: where docstrings and\ntexts leave something open, take what the code does. Only where no test can be written without an answer, write none,\nand end with that one question.\n\nModules of the package, each of which gets tests of its own: shop.money, shop.stock.\n\nYour module: `shop.money`, in shop/money.py\nTest file:   tests/test_money.py\n\nYou may write these paths, and nothing else:\n  tests/test_money.py\n  tests/__init__.py\n  tests/fixtures/money/**\n  tests/data/money/**\n","feedback":[],"reason":"first attempt","note":"","agent":"scripted"}',1795807149856643,'ok','','{"usage":{"input_tokens":0,"output_tokens":0,"cached_tokens":0,"cost":null,"model":"","is_estimated":false},"agent_seconds":0.15727481199974136,"reuse_key":"7cf593c1cb60b77a68024cc747aa25fa47ccad5d068b1f63f8c2a26275976639"}',0,'',0.24321,1795807150101026,45);
INSERT INTO "interactions" VALUES('local','shop-bfb83cbb','f09be84ced50','85901d8f45c4525283773e0977d066fe',2,'generate_tests','ask_agent','{"prompt":"Write pytest tests for one module of the package `shop`. Which one it is stands at the end, under \"Your module\".\n\nRead the module first, then write its tests. They are judged by running them, in this order:\n1. only your own files were changed, and no existing test was weakened or deleted;\n2. pytest collects at least one test, the tests import the module, and they assert something;\n3. every test passes in a clean process, without network, and touches no file outside its `tmp_path`;\n4. every test passes in one run with the tests of the package''s other modules.\n\nState what the module promises: results, errors and their messages, what happens at the edges. Call the module itself;\nreplace only what its tests must not reach, such as the network.\n\nRun them while you write, as often as you need, with\n\n    .ctxtui/run-tests\n\nIt runs your test file as it will be judged: in this project''s interpreter, with its plugins and settings, in a clean\nprocess. It says what failed and which lines of the module are not reached yet. You are done when it ends with `passed`\nand reaches what can be reached: then stop, and say in one sentence what the tests show.\n\nDo not commit, switch branches or install anything. If the module has a bug, leave it there: write the test for what it\nshould do, mark it `xfail(strict=True)` with the reason, and say so. Nobody answers while you work: where docstrings and\ntexts leave something open, take what the code does. Only where no test can be written without an answer, write none,\nand end with that one question.\n\nModules of the package, each of which gets tests of its own: shop.money, shop.stock.\n\nYour module: `shop.stock`, in shop/stock.py\nTest file:   tests/test_stock.py\n\nYou may write these paths, and nothing else:\n  tests/test_stock.py\n  tests/__init__.py\n  tests/fixtures/stock/**\n  tests/data/stock/**\n","feedback":[],"reason":"first attempt","note":"","agent":"scripted"}',1795807149905112,NULL,'','{}',NULL,'',0.0,NULL,0);
INSERT INTO "interactions" VALUES('local','shop-bfb83cbb','3f73dc98aa26','3be76116947258dbb489ec7df77b9c11',3,'run_tests','judge_tests','{"test_path":"tests/test_money.py"}',1795807150100133,'ok','1 test passed every check','{"candidate":[{"path":"tests/test_money.py","digest":"c5b6155823ab6788e2d529f9c94f9bf2dd473f35","mode":"100644","size":79}],"tests":1,"kills":{},"evidence":[]}',NULL,'',2.929215,1795807153030804,51);
INSERT INTO "interactions" VALUES('local','shop-bfb83cbb','a95cbd8d921b','3be76116947258dbb489ec7df77b9c11',4,'finalize','accept_files','{"files":[{"path":"tests/test_money.py","digest":"c5b6155823ab6788e2d529f9c94f9bf2dd473f35","mode":"100644","size":79}],"digest":"e99bf63870e6c3660bab07831ee8d98e070180097e8a9901898a377f23318c65"}',1795807153029673,'ok','accepted tests/test_money.py','{"files":[{"path":"tests/test_money.py","digest":"c5b6155823ab6788e2d529f9c94f9bf2dd473f35","mode":"100644","size":79}],"digest":"e99bf63870e6c3660bab07831ee8d98e070180097e8a9901898a377f23318c65"}',NULL,'',0.009437,1795807153039997,52);
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
INSERT INTO "leases" VALUES('local','shop-bfb83cbb','5f136b801f3b','host','boot',28864,598546.0,1,1577836800000000,0);
INSERT INTO "leases" VALUES('local','shop-bfb83cbb','43259d26ad3b','host','boot',29634,599867.0,1,1577836800000000,1);
CREATE TABLE projects (
	account TEXT NOT NULL, 
	project TEXT NOT NULL, 
	created_at BIGINT NOT NULL, 
	CONSTRAINT pk_projects PRIMARY KEY (account, project)
);
INSERT INTO "projects" VALUES('local','shop-bfb83cbb',1795807140842903);
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
	version BIGINT NOT NULL, reason TEXT, helps TEXT, 
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
INSERT INTO "sessions" VALUES('local','shop-bfb83cbb','5f136b801f3b',NULL,'f79026f3738450adb85cc7dec8eb37d5','context_testing','complete','auto','scripted','local','{"plan":{"root":"@WORLD@/shop","base":"c6d9a9807131033d34399a2fc6d525eb957f378b","package_name":"shop","package_path":"shop","import_roots":["."],"test_root":"tests","interpreter":"@PYTHON@","agent":"scripted","key":"f2ee545175ce1b49","jobs":2,"ahead":2,"agent_jobs":{},"escalate":[],"pytest_plugins":[],"pass_env":[],"test_files":["test_*.py","*_test.py"],"test_functions":["test"],"test_classes":["Test"],"existing_tests":[],"tolerated":[],"runs_anywhere":true,"canaries":[],"rungs":["fence","collects","passes"],"similar_tests":{},"examples":2,"rules":"","generate_template":"","fix_template":"","is_staggered":false,"best_of":1,"is_partial":false,"push":false,"remote":"origin","pull_request":false,"use_hooks":false,"sign":false,"is_fresh":false,"child_budget":{"tokens":0,"cost":0.0,"seconds":0.0},"run_budget":{"tokens":0,"cost":0.0,"seconds":0.0},"day_budget":{"tokens":0,"cost":0.0,"seconds":0.0},"limits":{"agent_seconds":900.0,"agent_stall_seconds":300.0,"test_seconds":20.0,"run_seconds":300.0,"feedback_chars":6000},"ladder":{"file_bytes":1048576,"stable_runs":2,"search_runs":12,"extra_runs":60,"coverage_floor":0.0,"mutants":20,"mutants_floor":0.0,"mutation_seconds":30.0},"retry":{"max_attempts":3,"max_rounds":3,"max_step_errors":3},"executor":{"kind":"local","scheduler":"","python":"","setup":[],"worker_jobs":0}},"jobs":2,"notes":["interpreter: @PYTHON@, the one ctxtui runs in: the project has no environment of its own, so what only ctxtui needs can be imported too","tests: flat in tests, named test_*.py (the project has no tests yet)","plain `pytest` does not find shop, as `python -m pytest` may. To have it found, write `pythonpath = .` below `[pytest]` in pytest.ini."],"left_out":{"shop/__init__.py":"nothing to call: only imports, constants or declarations"},"branch_name":"test-context-testing-session-for-shop","component_ids":["e9e47cf22c29542aadfe12b4b9501caf","37b2728b89ca5dc2bb2bbe395b6e5d36"],"waiting":null,"commit":"f24f653a744a27842a2fe7c1c2581fe41af552f8","committed_files":["tests/test_money.py","tests/test_stock.py"],"finalized_at":"2026-11-27T19:19:05.911169+00:00","error":null}',3,3,3,30,1795807140890906,1795807146140509,31);
INSERT INTO "sessions" VALUES('local','shop-bfb83cbb','4dfb62a5ab855addb2577f7739ddd94a','5f136b801f3b','e9e47cf22c29542aadfe12b4b9501caf','component_testing','complete','agentic','scripted','local','{"parent_branch_name":"test-context-testing-session-for-shop","slot":null,"last_slot":"slot-01","context":{"package":"shop","owned":["tests/test_money.py","tests/__init__.py","tests/fixtures/money/**","tests/data/money/**"],"is_present":false,"specs":[],"examples":[],"conventions":[],"rules":"","siblings":["shop.money","shop.stock"],"neighbours":[],"rungs":["fence","collects","passes"],"best_of":1,"names":{"functions":["test"],"classes":["Test"]},"floors":{"covers":0.0,"kills":0.0},"feedback_chars":6000,"generate_template":"","fix_template":""},"candidate":[{"path":"tests/test_money.py","digest":"c5b6155823ab6788e2d529f9c94f9bf2dd473f35","mode":"100644","size":79}],"cooldown_until":null,"reused_from":null,"reuse_key":"7cf593c1cb60b77a68024cc747aa25fa47ccad5d068b1f63f8c2a26275976639","tests":1,"files":[{"path":"tests/test_money.py","digest":"c5b6155823ab6788e2d529f9c94f9bf2dd473f35","mode":"100644","size":79}],"digest":"e99bf63870e6c3660bab07831ee8d98e070180097e8a9901898a377f23318c65","failure":null,"waiting":null}',3,3,3,18,1795807141379875,1795807142131098,19);
INSERT INTO "sessions" VALUES('local','shop-bfb83cbb','3a8813c4beee5341b9fcc1b9b09617bd','5f136b801f3b','37b2728b89ca5dc2bb2bbe395b6e5d36','component_testing','complete','agentic','scripted','local','{"parent_branch_name":"test-context-testing-session-for-shop","slot":null,"last_slot":"slot-02","context":{"package":"shop","owned":["tests/test_stock.py","tests/__init__.py","tests/fixtures/stock/**","tests/data/stock/**"],"is_present":false,"specs":[],"examples":[],"conventions":[],"rules":"","siblings":["shop.money","shop.stock"],"neighbours":[],"rungs":["fence","collects","passes"],"best_of":1,"names":{"functions":["test"],"classes":["Test"]},"floors":{"covers":0.0,"kills":0.0},"feedback_chars":6000,"generate_template":"","fix_template":""},"candidate":[{"path":"tests/test_stock.py","digest":"43c43de431b62a8d50c3d7000fc6353fa00e60b5","mode":"100644","size":79}],"cooldown_until":null,"reused_from":null,"reuse_key":"7ecebcc37e55db9e953a4d94cdd14ab2eae5efeca832f1ff813cd99e04f4213d","tests":1,"files":[{"path":"tests/test_stock.py","digest":"43c43de431b62a8d50c3d7000fc6353fa00e60b5","mode":"100644","size":79}],"digest":"35da72bf043e1812539f3d67724f6b99ab23794d4042dd51aada5732e518ffb6","failure":null,"waiting":null}',3,3,3,26,1795807141379875,1795807142632937,25);
INSERT INTO "sessions" VALUES('local','shop-bfb83cbb','43259d26ad3b',NULL,'06995533567c5971970846d34395b498','context_testing','active','auto','scripted','local','{"plan":{"root":"@WORLD@/shop","base":"c6d9a9807131033d34399a2fc6d525eb957f378b","package_name":"shop","package_path":"shop","import_roots":["."],"test_root":"tests","interpreter":"@PYTHON@","agent":"scripted","key":"f2ee545175ce1b49","jobs":2,"ahead":2,"agent_jobs":{},"escalate":[],"pytest_plugins":[],"pass_env":[],"test_files":["test_*.py","*_test.py"],"test_functions":["test"],"test_classes":["Test"],"existing_tests":[],"tolerated":[],"runs_anywhere":true,"canaries":[],"rungs":["fence","collects","passes"],"similar_tests":{},"examples":2,"rules":"","generate_template":"","fix_template":"","is_staggered":false,"best_of":1,"is_partial":false,"push":false,"remote":"origin","pull_request":false,"use_hooks":false,"sign":false,"is_fresh":true,"child_budget":{"tokens":0,"cost":0.0,"seconds":0.0},"run_budget":{"tokens":0,"cost":0.0,"seconds":0.0},"day_budget":{"tokens":0,"cost":0.0,"seconds":0.0},"limits":{"agent_seconds":900.0,"agent_stall_seconds":300.0,"test_seconds":20.0,"run_seconds":300.0,"feedback_chars":6000},"ladder":{"file_bytes":1048576,"stable_runs":2,"search_runs":12,"extra_runs":60,"coverage_floor":0.0,"mutants":20,"mutants_floor":0.0,"mutation_seconds":30.0},"retry":{"max_attempts":3,"max_rounds":3,"max_step_errors":3},"executor":{"kind":"local","scheduler":"","python":"","setup":[],"worker_jobs":0}},"jobs":2,"notes":["interpreter: @PYTHON@, the one ctxtui runs in: the project has no environment of its own, so what only ctxtui needs can be imported too","tests: flat in tests, named test_*.py (the project has no tests yet)","plain `pytest` does not find shop, as `python -m pytest` may. To have it found, write `pythonpath = .` below `[pytest]` in pytest.ini.","rehearsed before at this commit and in this environment"],"left_out":{"shop/__init__.py":"nothing to call: only imports, constants or declarations"},"branch_name":"test-context-testing-session-for-shop-2","component_ids":["a498995dd8095dff99f0d8eca0c396d5","e73e0ae45d655db28a3e798f2fca369f"]}',3,3,3,31,1795807149322577,1795807149754939,40);
INSERT INTO "sessions" VALUES('local','shop-bfb83cbb','3be76116947258dbb489ec7df77b9c11','43259d26ad3b','a498995dd8095dff99f0d8eca0c396d5','component_testing','complete','agentic','scripted','local','{"parent_branch_name":"test-context-testing-session-for-shop-2","slot":null,"last_slot":"slot-01","context":{"package":"shop","owned":["tests/test_money.py","tests/__init__.py","tests/fixtures/money/**","tests/data/money/**"],"is_present":false,"specs":[],"examples":[],"conventions":[],"rules":"","siblings":["shop.money","shop.stock"],"neighbours":[],"rungs":["fence","collects","passes"],"best_of":1,"names":{"functions":["test"],"classes":["Test"]},"floors":{"covers":0.0,"kills":0.0},"feedback_chars":6000,"generate_template":"","fix_template":""},"candidate":[{"path":"tests/test_money.py","digest":"c5b6155823ab6788e2d529f9c94f9bf2dd473f35","mode":"100644","size":79}],"cooldown_until":null,"reused_from":null,"reuse_key":"7cf593c1cb60b77a68024cc747aa25fa47ccad5d068b1f63f8c2a26275976639","tests":1,"files":[{"path":"tests/test_money.py","digest":"c5b6155823ab6788e2d529f9c94f9bf2dd473f35","mode":"100644","size":79}],"digest":"e99bf63870e6c3660bab07831ee8d98e070180097e8a9901898a377f23318c65","failure":null,"waiting":null}',3,3,3,41,1795807149754939,1795807153039997,52);
INSERT INTO "sessions" VALUES('local','shop-bfb83cbb','85901d8f45c4525283773e0977d066fe','43259d26ad3b','e73e0ae45d655db28a3e798f2fca369f','component_testing','active','agentic','scripted','local','{"parent_branch_name":"test-context-testing-session-for-shop-2","slot":"slot-02","last_slot":"slot-02","context":{"package":"shop","owned":["tests/test_stock.py","tests/__init__.py","tests/fixtures/stock/**","tests/data/stock/**"],"is_present":false,"specs":[],"examples":[],"conventions":[],"rules":"","siblings":["shop.money","shop.stock"],"neighbours":[],"rungs":["fence","collects","passes"],"best_of":1,"names":{"functions":["test"],"classes":["Test"]},"floors":{"covers":0.0,"kills":0.0},"feedback_chars":6000,"generate_template":"","fix_template":""}}',3,3,3,33,1795807149754939,1795807149906554,44);
CREATE INDEX ix_components_account_project_parent_id ON components (account, project, parent_id);
CREATE INDEX ix_components_account_project_name ON components (account, project, name);
CREATE INDEX ix_sessions_parent_id_version ON sessions (parent_id, version);
CREATE UNIQUE INDEX ix_interactions_pending ON interactions (account, project, session_id) WHERE result_status IS NULL;
CREATE INDEX ix_interactions_version ON interactions (version);
CREATE INDEX ix_events_session_id_id ON events (session_id, id);
CREATE INDEX ix_sessions_account_project_component_id ON sessions (account, project, component_id);
COMMIT;
