//! Kafka's error codes: -1 to 136, with the flag that tells a client to try again.
//!
//! Numbers, names and flags are those of Kafka 4.4. The default message is the name in words; an
//! answer that can say more puts its own message beside the code.

use std::fmt;

macro_rules! error_codes {
    ($($variant:ident $code:literal $name:literal $retriable:literal $message:literal;)*) => {
        /// What went wrong, as a client is told.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(i16)]
        #[expect(missing_docs, reason = "each variant is documented by its Kafka name")]
        pub enum ErrorCode {
            $($variant = $code,)*
        }

        impl ErrorCode {
            /// Every code in ascending order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The code with this number; an unknown number is
            /// [`ErrorCode::UnknownServerError`], as in Kafka's clients.
            #[must_use]
            pub const fn from_code(code: i16) -> Self {
                match code {
                    $($code => Self::$variant,)*
                    _ => Self::UnknownServerError,
                }
            }

            /// Kafka's name, e.g. `OFFSET_OUT_OF_RANGE`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// Whether a client may send the same request again.
            #[must_use]
            pub const fn is_retriable(self) -> bool {
                match self {
                    $(Self::$variant => $retriable,)*
                }
            }

            /// A message for answers that have nothing better to say.
            #[must_use]
            pub const fn message(self) -> &'static str {
                match self {
                    $(Self::$variant => $message,)*
                }
            }
        }
    };
}

impl ErrorCode {
    /// The number on the wire.
    #[must_use]
    pub const fn code(self) -> i16 {
        self as i16
    }

    /// Whether it is [`ErrorCode::None`].
    #[must_use]
    pub const fn is_none(self) -> bool {
        matches!(self, Self::None)
    }

    /// `Ok` for [`ErrorCode::None`], the code itself otherwise.
    ///
    /// # Errors
    /// The code, when it is one.
    pub const fn into_result(self) -> Result<(), Self> {
        match self {
            Self::None => Ok(()),
            code => Err(code),
        }
    }
}

impl From<ErrorCode> for i16 {
    fn from(code: ErrorCode) -> Self {
        code.code()
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl std::error::Error for ErrorCode {}

error_codes! {
    UnknownServerError -1 "UNKNOWN_SERVER_ERROR" false "unknown server error";
    None 0 "NONE" false "no error";
    OffsetOutOfRange 1 "OFFSET_OUT_OF_RANGE" false "offset out of range";
    CorruptMessage 2 "CORRUPT_MESSAGE" true "corrupt message";
    UnknownTopicOrPartition 3 "UNKNOWN_TOPIC_OR_PARTITION" true "unknown topic or partition";
    InvalidFetchSize 4 "INVALID_FETCH_SIZE" false "invalid fetch size";
    LeaderNotAvailable 5 "LEADER_NOT_AVAILABLE" true "leader not available";
    NotLeaderOrFollower 6 "NOT_LEADER_OR_FOLLOWER" true "not leader or follower";
    RequestTimedOut 7 "REQUEST_TIMED_OUT" true "request timed out";
    BrokerNotAvailable 8 "BROKER_NOT_AVAILABLE" false "broker not available";
    ReplicaNotAvailable 9 "REPLICA_NOT_AVAILABLE" true "replica not available";
    MessageTooLarge 10 "MESSAGE_TOO_LARGE" false "message too large";
    StaleControllerEpoch 11 "STALE_CONTROLLER_EPOCH" false "stale controller epoch";
    OffsetMetadataTooLarge 12 "OFFSET_METADATA_TOO_LARGE" false "offset metadata too large";
    NetworkException 13 "NETWORK_EXCEPTION" true "network exception";
    CoordinatorLoadInProgress 14 "COORDINATOR_LOAD_IN_PROGRESS" true "coordinator load in progress";
    CoordinatorNotAvailable 15 "COORDINATOR_NOT_AVAILABLE" true "coordinator not available";
    NotCoordinator 16 "NOT_COORDINATOR" true "not coordinator";
    InvalidTopicException 17 "INVALID_TOPIC_EXCEPTION" false "invalid topic exception";
    RecordListTooLarge 18 "RECORD_LIST_TOO_LARGE" false "record list too large";
    NotEnoughReplicas 19 "NOT_ENOUGH_REPLICAS" true "not enough replicas";
    NotEnoughReplicasAfterAppend 20 "NOT_ENOUGH_REPLICAS_AFTER_APPEND" true "not enough replicas after append";
    InvalidRequiredAcks 21 "INVALID_REQUIRED_ACKS" false "invalid required acks";
    IllegalGeneration 22 "ILLEGAL_GENERATION" false "illegal generation";
    InconsistentGroupProtocol 23 "INCONSISTENT_GROUP_PROTOCOL" false "inconsistent group protocol";
    InvalidGroupId 24 "INVALID_GROUP_ID" false "invalid group id";
    UnknownMemberId 25 "UNKNOWN_MEMBER_ID" false "unknown member id";
    InvalidSessionTimeout 26 "INVALID_SESSION_TIMEOUT" false "invalid session timeout";
    RebalanceInProgress 27 "REBALANCE_IN_PROGRESS" false "rebalance in progress";
    InvalidCommitOffsetSize 28 "INVALID_COMMIT_OFFSET_SIZE" false "invalid commit offset size";
    TopicAuthorizationFailed 29 "TOPIC_AUTHORIZATION_FAILED" false "topic authorization failed";
    GroupAuthorizationFailed 30 "GROUP_AUTHORIZATION_FAILED" false "group authorization failed";
    ClusterAuthorizationFailed 31 "CLUSTER_AUTHORIZATION_FAILED" false "cluster authorization failed";
    InvalidTimestamp 32 "INVALID_TIMESTAMP" false "invalid timestamp";
    UnsupportedSaslMechanism 33 "UNSUPPORTED_SASL_MECHANISM" false "unsupported sasl mechanism";
    IllegalSaslState 34 "ILLEGAL_SASL_STATE" false "illegal sasl state";
    UnsupportedVersion 35 "UNSUPPORTED_VERSION" false "unsupported version";
    TopicAlreadyExists 36 "TOPIC_ALREADY_EXISTS" false "topic already exists";
    InvalidPartitions 37 "INVALID_PARTITIONS" false "invalid partitions";
    InvalidReplicationFactor 38 "INVALID_REPLICATION_FACTOR" false "invalid replication factor";
    InvalidReplicaAssignment 39 "INVALID_REPLICA_ASSIGNMENT" false "invalid replica assignment";
    InvalidConfig 40 "INVALID_CONFIG" false "invalid config";
    NotController 41 "NOT_CONTROLLER" true "not controller";
    InvalidRequest 42 "INVALID_REQUEST" false "invalid request";
    UnsupportedForMessageFormat 43 "UNSUPPORTED_FOR_MESSAGE_FORMAT" false "unsupported for message format";
    PolicyViolation 44 "POLICY_VIOLATION" false "policy violation";
    OutOfOrderSequenceNumber 45 "OUT_OF_ORDER_SEQUENCE_NUMBER" false "out of order sequence number";
    DuplicateSequenceNumber 46 "DUPLICATE_SEQUENCE_NUMBER" false "duplicate sequence number";
    InvalidProducerEpoch 47 "INVALID_PRODUCER_EPOCH" false "invalid producer epoch";
    InvalidTxnState 48 "INVALID_TXN_STATE" false "invalid txn state";
    InvalidProducerIdMapping 49 "INVALID_PRODUCER_ID_MAPPING" false "invalid producer id mapping";
    InvalidTransactionTimeout 50 "INVALID_TRANSACTION_TIMEOUT" false "invalid transaction timeout";
    ConcurrentTransactions 51 "CONCURRENT_TRANSACTIONS" true "concurrent transactions";
    TransactionCoordinatorFenced 52 "TRANSACTION_COORDINATOR_FENCED" false "transaction coordinator fenced";
    TransactionalIdAuthorizationFailed 53 "TRANSACTIONAL_ID_AUTHORIZATION_FAILED" false "transactional id authorization failed";
    SecurityDisabled 54 "SECURITY_DISABLED" false "security disabled";
    OperationNotAttempted 55 "OPERATION_NOT_ATTEMPTED" false "operation not attempted";
    KafkaStorageError 56 "KAFKA_STORAGE_ERROR" true "kafka storage error";
    LogDirNotFound 57 "LOG_DIR_NOT_FOUND" false "log dir not found";
    SaslAuthenticationFailed 58 "SASL_AUTHENTICATION_FAILED" false "sasl authentication failed";
    UnknownProducerId 59 "UNKNOWN_PRODUCER_ID" false "unknown producer id";
    ReassignmentInProgress 60 "REASSIGNMENT_IN_PROGRESS" false "reassignment in progress";
    DelegationTokenAuthDisabled 61 "DELEGATION_TOKEN_AUTH_DISABLED" false "delegation token auth disabled";
    DelegationTokenNotFound 62 "DELEGATION_TOKEN_NOT_FOUND" false "delegation token not found";
    DelegationTokenOwnerMismatch 63 "DELEGATION_TOKEN_OWNER_MISMATCH" false "delegation token owner mismatch";
    DelegationTokenRequestNotAllowed 64 "DELEGATION_TOKEN_REQUEST_NOT_ALLOWED" false "delegation token request not allowed";
    DelegationTokenAuthorizationFailed 65 "DELEGATION_TOKEN_AUTHORIZATION_FAILED" false "delegation token authorization failed";
    DelegationTokenExpired 66 "DELEGATION_TOKEN_EXPIRED" false "delegation token expired";
    InvalidPrincipalType 67 "INVALID_PRINCIPAL_TYPE" false "invalid principal type";
    NonEmptyGroup 68 "NON_EMPTY_GROUP" false "non empty group";
    GroupIdNotFound 69 "GROUP_ID_NOT_FOUND" false "group id not found";
    FetchSessionIdNotFound 70 "FETCH_SESSION_ID_NOT_FOUND" true "fetch session id not found";
    InvalidFetchSessionEpoch 71 "INVALID_FETCH_SESSION_EPOCH" true "invalid fetch session epoch";
    ListenerNotFound 72 "LISTENER_NOT_FOUND" true "listener not found";
    TopicDeletionDisabled 73 "TOPIC_DELETION_DISABLED" false "topic deletion disabled";
    FencedLeaderEpoch 74 "FENCED_LEADER_EPOCH" true "fenced leader epoch";
    UnknownLeaderEpoch 75 "UNKNOWN_LEADER_EPOCH" true "unknown leader epoch";
    UnsupportedCompressionType 76 "UNSUPPORTED_COMPRESSION_TYPE" false "unsupported compression type";
    StaleBrokerEpoch 77 "STALE_BROKER_EPOCH" false "stale broker epoch";
    OffsetNotAvailable 78 "OFFSET_NOT_AVAILABLE" true "offset not available";
    MemberIdRequired 79 "MEMBER_ID_REQUIRED" false "member id required";
    PreferredLeaderNotAvailable 80 "PREFERRED_LEADER_NOT_AVAILABLE" true "preferred leader not available";
    GroupMaxSizeReached 81 "GROUP_MAX_SIZE_REACHED" false "group max size reached";
    FencedInstanceId 82 "FENCED_INSTANCE_ID" false "fenced instance id";
    EligibleLeadersNotAvailable 83 "ELIGIBLE_LEADERS_NOT_AVAILABLE" true "eligible leaders not available";
    ElectionNotNeeded 84 "ELECTION_NOT_NEEDED" true "election not needed";
    NoReassignmentInProgress 85 "NO_REASSIGNMENT_IN_PROGRESS" false "no reassignment in progress";
    GroupSubscribedToTopic 86 "GROUP_SUBSCRIBED_TO_TOPIC" false "group subscribed to topic";
    InvalidRecord 87 "INVALID_RECORD" false "invalid record";
    UnstableOffsetCommit 88 "UNSTABLE_OFFSET_COMMIT" true "unstable offset commit";
    ThrottlingQuotaExceeded 89 "THROTTLING_QUOTA_EXCEEDED" true "throttling quota exceeded";
    ProducerFenced 90 "PRODUCER_FENCED" false "producer fenced";
    ResourceNotFound 91 "RESOURCE_NOT_FOUND" false "resource not found";
    DuplicateResource 92 "DUPLICATE_RESOURCE" false "duplicate resource";
    UnacceptableCredential 93 "UNACCEPTABLE_CREDENTIAL" false "unacceptable credential";
    InconsistentVoterSet 94 "INCONSISTENT_VOTER_SET" false "inconsistent voter set";
    InvalidUpdateVersion 95 "INVALID_UPDATE_VERSION" false "invalid update version";
    FeatureUpdateFailed 96 "FEATURE_UPDATE_FAILED" false "feature update failed";
    PrincipalDeserializationFailure 97 "PRINCIPAL_DESERIALIZATION_FAILURE" false "principal deserialization failure";
    SnapshotNotFound 98 "SNAPSHOT_NOT_FOUND" false "snapshot not found";
    PositionOutOfRange 99 "POSITION_OUT_OF_RANGE" false "position out of range";
    UnknownTopicId 100 "UNKNOWN_TOPIC_ID" true "unknown topic id";
    DuplicateBrokerRegistration 101 "DUPLICATE_BROKER_REGISTRATION" false "duplicate broker registration";
    BrokerIdNotRegistered 102 "BROKER_ID_NOT_REGISTERED" false "broker id not registered";
    InconsistentTopicId 103 "INCONSISTENT_TOPIC_ID" true "inconsistent topic id";
    InconsistentClusterId 104 "INCONSISTENT_CLUSTER_ID" false "inconsistent cluster id";
    TransactionalIdNotFound 105 "TRANSACTIONAL_ID_NOT_FOUND" false "transactional id not found";
    FetchSessionTopicIdError 106 "FETCH_SESSION_TOPIC_ID_ERROR" true "fetch session topic id error";
    IneligibleReplica 107 "INELIGIBLE_REPLICA" false "ineligible replica";
    NewLeaderElected 108 "NEW_LEADER_ELECTED" false "new leader elected";
    OffsetMovedToTieredStorage 109 "OFFSET_MOVED_TO_TIERED_STORAGE" false "offset moved to tiered storage";
    FencedMemberEpoch 110 "FENCED_MEMBER_EPOCH" false "fenced member epoch";
    UnreleasedInstanceId 111 "UNRELEASED_INSTANCE_ID" false "unreleased instance id";
    UnsupportedAssignor 112 "UNSUPPORTED_ASSIGNOR" false "unsupported assignor";
    StaleMemberEpoch 113 "STALE_MEMBER_EPOCH" false "stale member epoch";
    MismatchedEndpointType 114 "MISMATCHED_ENDPOINT_TYPE" false "mismatched endpoint type";
    UnsupportedEndpointType 115 "UNSUPPORTED_ENDPOINT_TYPE" false "unsupported endpoint type";
    UnknownControllerId 116 "UNKNOWN_CONTROLLER_ID" false "unknown controller id";
    UnknownSubscriptionId 117 "UNKNOWN_SUBSCRIPTION_ID" false "unknown subscription id";
    TelemetryTooLarge 118 "TELEMETRY_TOO_LARGE" false "telemetry too large";
    InvalidRegistration 119 "INVALID_REGISTRATION" false "invalid registration";
    TransactionAbortable 120 "TRANSACTION_ABORTABLE" false "transaction abortable";
    InvalidRecordState 121 "INVALID_RECORD_STATE" false "invalid record state";
    ShareSessionNotFound 122 "SHARE_SESSION_NOT_FOUND" true "share session not found";
    InvalidShareSessionEpoch 123 "INVALID_SHARE_SESSION_EPOCH" true "invalid share session epoch";
    FencedStateEpoch 124 "FENCED_STATE_EPOCH" false "fenced state epoch";
    InvalidVoterKey 125 "INVALID_VOTER_KEY" false "invalid voter key";
    DuplicateVoter 126 "DUPLICATE_VOTER" false "duplicate voter";
    VoterNotFound 127 "VOTER_NOT_FOUND" false "voter not found";
    InvalidRegularExpression 128 "INVALID_REGULAR_EXPRESSION" false "invalid regular expression";
    RebootstrapRequired 129 "REBOOTSTRAP_REQUIRED" false "rebootstrap required";
    StreamsInvalidTopology 130 "STREAMS_INVALID_TOPOLOGY" false "streams invalid topology";
    StreamsInvalidTopologyEpoch 131 "STREAMS_INVALID_TOPOLOGY_EPOCH" false "streams invalid topology epoch";
    StreamsTopologyFenced 132 "STREAMS_TOPOLOGY_FENCED" false "streams topology fenced";
    ShareSessionLimitReached 133 "SHARE_SESSION_LIMIT_REACHED" true "share session limit reached";
    GroupDeletionFailed 134 "GROUP_DELETION_FAILED" false "group deletion failed";
    StreamsTopologyDescriptionUpdateFailed 135 "STREAMS_TOPOLOGY_DESCRIPTION_UPDATE_FAILED" false "streams topology description update failed";
    ControllerIdNotRegistered 136 "CONTROLLER_ID_NOT_REGISTERED" false "controller id not registered";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_contiguous_and_map_back() {
        for (index, code) in ErrorCode::ALL.iter().enumerate() {
            assert_eq!(i32::from(code.code()), index as i32 - 1);
            assert_eq!(ErrorCode::from_code(code.code()), *code);
        }
        assert_eq!(ErrorCode::ALL.len(), 138);
        assert_eq!(ErrorCode::from_code(9999), ErrorCode::UnknownServerError);
    }

    #[test]
    fn success_is_not_retriable_and_a_lost_leader_is() {
        assert!(!ErrorCode::None.is_retriable());
        assert!(ErrorCode::NotLeaderOrFollower.is_retriable());
        assert!(ErrorCode::OffsetOutOfRange.into_result().is_err());
    }
}
