-- The networks that roots are published to.
INSERT INTO trust.anchor_networks (id, key, name, kind, network_identifier, explorer_url_template, required_confirmations, is_test)
SELECT md5('anchor network ' || v.key)::uuid, v.key, v.name, v.kind, v.identifier, v.explorer, v.confirmations, v.is_test
FROM (VALUES
    ('ethereum', 'Ethereum', 'public_chain', 'eip155:1', 'https://etherscan.io/tx/{transaction}', 12, false),
    ('polygon', 'Polygon', 'public_chain', 'eip155:137', 'https://polygonscan.com/tx/{transaction}', 128, false),
    ('bitcoin', 'Bitcoin', 'public_chain', 'bip122:000000000019d6689c085ae165831e93', 'https://mempool.space/tx/{transaction}', 6, false),
    ('ethereum_sepolia', 'Ethereum Sepolia', 'public_chain', 'eip155:11155111', 'https://sepolia.etherscan.io/tx/{transaction}', 3, true),
    ('rekor', 'Sigstore Rekor', 'transparency_log', 'rekor.sigstore.dev', 'https://search.sigstore.dev/?logIndex={transaction}', 1, false),
    ('freetsa', 'FreeTSA', 'timestamp_authority', 'https://freetsa.org/tsr', NULL, 1, false)
) AS v (key, name, kind, identifier, explorer, confirmations, is_test);
