//! Kafka's API keys.
//!
//! Generated from facts by strandline-codegen. Do not edit.

#![allow(clippy::too_many_lines)]

use std::ops::RangeInclusive;

/// An API of Kafka, by the key in the request header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(i16)]
pub enum ApiKey {
    /// API 0.
    Produce = 0,
    /// API 1.
    Fetch = 1,
    /// API 2.
    ListOffsets = 2,
    /// API 3.
    Metadata = 3,
    /// API 8.
    OffsetCommit = 8,
    /// API 9.
    OffsetFetch = 9,
    /// API 10.
    FindCoordinator = 10,
    /// API 11.
    JoinGroup = 11,
    /// API 12.
    Heartbeat = 12,
    /// API 13.
    LeaveGroup = 13,
    /// API 14.
    SyncGroup = 14,
    /// API 15.
    DescribeGroups = 15,
    /// API 16.
    ListGroups = 16,
    /// API 17.
    SaslHandshake = 17,
    /// API 18.
    ApiVersions = 18,
    /// API 19.
    CreateTopics = 19,
    /// API 20.
    DeleteTopics = 20,
    /// API 21.
    DeleteRecords = 21,
    /// API 22.
    InitProducerId = 22,
    /// API 23.
    OffsetForLeaderEpoch = 23,
    /// API 24.
    AddPartitionsToTxn = 24,
    /// API 25.
    AddOffsetsToTxn = 25,
    /// API 26.
    EndTxn = 26,
    /// API 27.
    WriteTxnMarkers = 27,
    /// API 28.
    TxnOffsetCommit = 28,
    /// API 29.
    DescribeAcls = 29,
    /// API 30.
    CreateAcls = 30,
    /// API 31.
    DeleteAcls = 31,
    /// API 32.
    DescribeConfigs = 32,
    /// API 33.
    AlterConfigs = 33,
    /// API 34.
    AlterReplicaLogDirs = 34,
    /// API 35.
    DescribeLogDirs = 35,
    /// API 36.
    SaslAuthenticate = 36,
    /// API 37.
    CreatePartitions = 37,
    /// API 38.
    CreateDelegationToken = 38,
    /// API 39.
    RenewDelegationToken = 39,
    /// API 40.
    ExpireDelegationToken = 40,
    /// API 41.
    DescribeDelegationToken = 41,
    /// API 42.
    DeleteGroups = 42,
    /// API 43.
    ElectLeaders = 43,
    /// API 44.
    IncrementalAlterConfigs = 44,
    /// API 45.
    AlterPartitionReassignments = 45,
    /// API 46.
    ListPartitionReassignments = 46,
    /// API 47.
    OffsetDelete = 47,
    /// API 48.
    DescribeClientQuotas = 48,
    /// API 49.
    AlterClientQuotas = 49,
    /// API 50.
    DescribeUserScramCredentials = 50,
    /// API 51.
    AlterUserScramCredentials = 51,
    /// API 52.
    Vote = 52,
    /// API 53.
    BeginQuorumEpoch = 53,
    /// API 54.
    EndQuorumEpoch = 54,
    /// API 55.
    DescribeQuorum = 55,
    /// API 56.
    AlterPartition = 56,
    /// API 57.
    UpdateFeatures = 57,
    /// API 58.
    Envelope = 58,
    /// API 59.
    FetchSnapshot = 59,
    /// API 60.
    DescribeCluster = 60,
    /// API 61.
    DescribeProducers = 61,
    /// API 62.
    BrokerRegistration = 62,
    /// API 63.
    BrokerHeartbeat = 63,
    /// API 64.
    UnregisterBroker = 64,
    /// API 65.
    DescribeTransactions = 65,
    /// API 66.
    ListTransactions = 66,
    /// API 67.
    AllocateProducerIds = 67,
    /// API 68.
    ConsumerGroupHeartbeat = 68,
    /// API 69.
    ConsumerGroupDescribe = 69,
    /// API 70.
    ControllerRegistration = 70,
    /// API 71.
    GetTelemetrySubscriptions = 71,
    /// API 72.
    PushTelemetry = 72,
    /// API 73.
    AssignReplicasToDirs = 73,
    /// API 74.
    ListConfigResources = 74,
    /// API 75.
    DescribeTopicPartitions = 75,
    /// API 76.
    ShareGroupHeartbeat = 76,
    /// API 77.
    ShareGroupDescribe = 77,
    /// API 78.
    ShareFetch = 78,
    /// API 79.
    ShareAcknowledge = 79,
    /// API 80.
    AddRaftVoter = 80,
    /// API 81.
    RemoveRaftVoter = 81,
    /// API 82.
    UpdateRaftVoter = 82,
    /// API 83.
    InitializeShareGroupState = 83,
    /// API 84.
    ReadShareGroupState = 84,
    /// API 85.
    WriteShareGroupState = 85,
    /// API 86.
    DeleteShareGroupState = 86,
    /// API 87.
    ReadShareGroupStateSummary = 87,
    /// API 88.
    StreamsGroupHeartbeat = 88,
    /// API 89.
    StreamsGroupDescribe = 89,
    /// API 90.
    DescribeShareGroupOffsets = 90,
    /// API 91.
    AlterShareGroupOffsets = 91,
    /// API 92.
    DeleteShareGroupOffsets = 92,
    /// API 93.
    StreamsGroupTopologyDescriptionUpdate = 93,
    /// API 94.
    UnregisterController = 94,
}

impl ApiKey {
    /// All keys, in order.
    pub const ALL: &'static [Self] = &[
        Self::Produce,
        Self::Fetch,
        Self::ListOffsets,
        Self::Metadata,
        Self::OffsetCommit,
        Self::OffsetFetch,
        Self::FindCoordinator,
        Self::JoinGroup,
        Self::Heartbeat,
        Self::LeaveGroup,
        Self::SyncGroup,
        Self::DescribeGroups,
        Self::ListGroups,
        Self::SaslHandshake,
        Self::ApiVersions,
        Self::CreateTopics,
        Self::DeleteTopics,
        Self::DeleteRecords,
        Self::InitProducerId,
        Self::OffsetForLeaderEpoch,
        Self::AddPartitionsToTxn,
        Self::AddOffsetsToTxn,
        Self::EndTxn,
        Self::WriteTxnMarkers,
        Self::TxnOffsetCommit,
        Self::DescribeAcls,
        Self::CreateAcls,
        Self::DeleteAcls,
        Self::DescribeConfigs,
        Self::AlterConfigs,
        Self::AlterReplicaLogDirs,
        Self::DescribeLogDirs,
        Self::SaslAuthenticate,
        Self::CreatePartitions,
        Self::CreateDelegationToken,
        Self::RenewDelegationToken,
        Self::ExpireDelegationToken,
        Self::DescribeDelegationToken,
        Self::DeleteGroups,
        Self::ElectLeaders,
        Self::IncrementalAlterConfigs,
        Self::AlterPartitionReassignments,
        Self::ListPartitionReassignments,
        Self::OffsetDelete,
        Self::DescribeClientQuotas,
        Self::AlterClientQuotas,
        Self::DescribeUserScramCredentials,
        Self::AlterUserScramCredentials,
        Self::Vote,
        Self::BeginQuorumEpoch,
        Self::EndQuorumEpoch,
        Self::DescribeQuorum,
        Self::AlterPartition,
        Self::UpdateFeatures,
        Self::Envelope,
        Self::FetchSnapshot,
        Self::DescribeCluster,
        Self::DescribeProducers,
        Self::BrokerRegistration,
        Self::BrokerHeartbeat,
        Self::UnregisterBroker,
        Self::DescribeTransactions,
        Self::ListTransactions,
        Self::AllocateProducerIds,
        Self::ConsumerGroupHeartbeat,
        Self::ConsumerGroupDescribe,
        Self::ControllerRegistration,
        Self::GetTelemetrySubscriptions,
        Self::PushTelemetry,
        Self::AssignReplicasToDirs,
        Self::ListConfigResources,
        Self::DescribeTopicPartitions,
        Self::ShareGroupHeartbeat,
        Self::ShareGroupDescribe,
        Self::ShareFetch,
        Self::ShareAcknowledge,
        Self::AddRaftVoter,
        Self::RemoveRaftVoter,
        Self::UpdateRaftVoter,
        Self::InitializeShareGroupState,
        Self::ReadShareGroupState,
        Self::WriteShareGroupState,
        Self::DeleteShareGroupState,
        Self::ReadShareGroupStateSummary,
        Self::StreamsGroupHeartbeat,
        Self::StreamsGroupDescribe,
        Self::DescribeShareGroupOffsets,
        Self::AlterShareGroupOffsets,
        Self::DeleteShareGroupOffsets,
        Self::StreamsGroupTopologyDescriptionUpdate,
        Self::UnregisterController,
    ];

    /// The key with this number.
    #[must_use]
    pub const fn from_code(code: i16) -> Option<Self> {
        match code {
            0 => Some(Self::Produce),
            1 => Some(Self::Fetch),
            2 => Some(Self::ListOffsets),
            3 => Some(Self::Metadata),
            8 => Some(Self::OffsetCommit),
            9 => Some(Self::OffsetFetch),
            10 => Some(Self::FindCoordinator),
            11 => Some(Self::JoinGroup),
            12 => Some(Self::Heartbeat),
            13 => Some(Self::LeaveGroup),
            14 => Some(Self::SyncGroup),
            15 => Some(Self::DescribeGroups),
            16 => Some(Self::ListGroups),
            17 => Some(Self::SaslHandshake),
            18 => Some(Self::ApiVersions),
            19 => Some(Self::CreateTopics),
            20 => Some(Self::DeleteTopics),
            21 => Some(Self::DeleteRecords),
            22 => Some(Self::InitProducerId),
            23 => Some(Self::OffsetForLeaderEpoch),
            24 => Some(Self::AddPartitionsToTxn),
            25 => Some(Self::AddOffsetsToTxn),
            26 => Some(Self::EndTxn),
            27 => Some(Self::WriteTxnMarkers),
            28 => Some(Self::TxnOffsetCommit),
            29 => Some(Self::DescribeAcls),
            30 => Some(Self::CreateAcls),
            31 => Some(Self::DeleteAcls),
            32 => Some(Self::DescribeConfigs),
            33 => Some(Self::AlterConfigs),
            34 => Some(Self::AlterReplicaLogDirs),
            35 => Some(Self::DescribeLogDirs),
            36 => Some(Self::SaslAuthenticate),
            37 => Some(Self::CreatePartitions),
            38 => Some(Self::CreateDelegationToken),
            39 => Some(Self::RenewDelegationToken),
            40 => Some(Self::ExpireDelegationToken),
            41 => Some(Self::DescribeDelegationToken),
            42 => Some(Self::DeleteGroups),
            43 => Some(Self::ElectLeaders),
            44 => Some(Self::IncrementalAlterConfigs),
            45 => Some(Self::AlterPartitionReassignments),
            46 => Some(Self::ListPartitionReassignments),
            47 => Some(Self::OffsetDelete),
            48 => Some(Self::DescribeClientQuotas),
            49 => Some(Self::AlterClientQuotas),
            50 => Some(Self::DescribeUserScramCredentials),
            51 => Some(Self::AlterUserScramCredentials),
            52 => Some(Self::Vote),
            53 => Some(Self::BeginQuorumEpoch),
            54 => Some(Self::EndQuorumEpoch),
            55 => Some(Self::DescribeQuorum),
            56 => Some(Self::AlterPartition),
            57 => Some(Self::UpdateFeatures),
            58 => Some(Self::Envelope),
            59 => Some(Self::FetchSnapshot),
            60 => Some(Self::DescribeCluster),
            61 => Some(Self::DescribeProducers),
            62 => Some(Self::BrokerRegistration),
            63 => Some(Self::BrokerHeartbeat),
            64 => Some(Self::UnregisterBroker),
            65 => Some(Self::DescribeTransactions),
            66 => Some(Self::ListTransactions),
            67 => Some(Self::AllocateProducerIds),
            68 => Some(Self::ConsumerGroupHeartbeat),
            69 => Some(Self::ConsumerGroupDescribe),
            70 => Some(Self::ControllerRegistration),
            71 => Some(Self::GetTelemetrySubscriptions),
            72 => Some(Self::PushTelemetry),
            73 => Some(Self::AssignReplicasToDirs),
            74 => Some(Self::ListConfigResources),
            75 => Some(Self::DescribeTopicPartitions),
            76 => Some(Self::ShareGroupHeartbeat),
            77 => Some(Self::ShareGroupDescribe),
            78 => Some(Self::ShareFetch),
            79 => Some(Self::ShareAcknowledge),
            80 => Some(Self::AddRaftVoter),
            81 => Some(Self::RemoveRaftVoter),
            82 => Some(Self::UpdateRaftVoter),
            83 => Some(Self::InitializeShareGroupState),
            84 => Some(Self::ReadShareGroupState),
            85 => Some(Self::WriteShareGroupState),
            86 => Some(Self::DeleteShareGroupState),
            87 => Some(Self::ReadShareGroupStateSummary),
            88 => Some(Self::StreamsGroupHeartbeat),
            89 => Some(Self::StreamsGroupDescribe),
            90 => Some(Self::DescribeShareGroupOffsets),
            91 => Some(Self::AlterShareGroupOffsets),
            92 => Some(Self::DeleteShareGroupOffsets),
            93 => Some(Self::StreamsGroupTopologyDescriptionUpdate),
            94 => Some(Self::UnregisterController),
            _ => None,
        }
    }

    /// The number in the request header.
    #[must_use]
    pub const fn code(self) -> i16 {
        self as i16
    }

    /// Kafka's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Produce => "Produce",
            Self::Fetch => "Fetch",
            Self::ListOffsets => "ListOffsets",
            Self::Metadata => "Metadata",
            Self::OffsetCommit => "OffsetCommit",
            Self::OffsetFetch => "OffsetFetch",
            Self::FindCoordinator => "FindCoordinator",
            Self::JoinGroup => "JoinGroup",
            Self::Heartbeat => "Heartbeat",
            Self::LeaveGroup => "LeaveGroup",
            Self::SyncGroup => "SyncGroup",
            Self::DescribeGroups => "DescribeGroups",
            Self::ListGroups => "ListGroups",
            Self::SaslHandshake => "SaslHandshake",
            Self::ApiVersions => "ApiVersions",
            Self::CreateTopics => "CreateTopics",
            Self::DeleteTopics => "DeleteTopics",
            Self::DeleteRecords => "DeleteRecords",
            Self::InitProducerId => "InitProducerId",
            Self::OffsetForLeaderEpoch => "OffsetForLeaderEpoch",
            Self::AddPartitionsToTxn => "AddPartitionsToTxn",
            Self::AddOffsetsToTxn => "AddOffsetsToTxn",
            Self::EndTxn => "EndTxn",
            Self::WriteTxnMarkers => "WriteTxnMarkers",
            Self::TxnOffsetCommit => "TxnOffsetCommit",
            Self::DescribeAcls => "DescribeAcls",
            Self::CreateAcls => "CreateAcls",
            Self::DeleteAcls => "DeleteAcls",
            Self::DescribeConfigs => "DescribeConfigs",
            Self::AlterConfigs => "AlterConfigs",
            Self::AlterReplicaLogDirs => "AlterReplicaLogDirs",
            Self::DescribeLogDirs => "DescribeLogDirs",
            Self::SaslAuthenticate => "SaslAuthenticate",
            Self::CreatePartitions => "CreatePartitions",
            Self::CreateDelegationToken => "CreateDelegationToken",
            Self::RenewDelegationToken => "RenewDelegationToken",
            Self::ExpireDelegationToken => "ExpireDelegationToken",
            Self::DescribeDelegationToken => "DescribeDelegationToken",
            Self::DeleteGroups => "DeleteGroups",
            Self::ElectLeaders => "ElectLeaders",
            Self::IncrementalAlterConfigs => "IncrementalAlterConfigs",
            Self::AlterPartitionReassignments => "AlterPartitionReassignments",
            Self::ListPartitionReassignments => "ListPartitionReassignments",
            Self::OffsetDelete => "OffsetDelete",
            Self::DescribeClientQuotas => "DescribeClientQuotas",
            Self::AlterClientQuotas => "AlterClientQuotas",
            Self::DescribeUserScramCredentials => "DescribeUserScramCredentials",
            Self::AlterUserScramCredentials => "AlterUserScramCredentials",
            Self::Vote => "Vote",
            Self::BeginQuorumEpoch => "BeginQuorumEpoch",
            Self::EndQuorumEpoch => "EndQuorumEpoch",
            Self::DescribeQuorum => "DescribeQuorum",
            Self::AlterPartition => "AlterPartition",
            Self::UpdateFeatures => "UpdateFeatures",
            Self::Envelope => "Envelope",
            Self::FetchSnapshot => "FetchSnapshot",
            Self::DescribeCluster => "DescribeCluster",
            Self::DescribeProducers => "DescribeProducers",
            Self::BrokerRegistration => "BrokerRegistration",
            Self::BrokerHeartbeat => "BrokerHeartbeat",
            Self::UnregisterBroker => "UnregisterBroker",
            Self::DescribeTransactions => "DescribeTransactions",
            Self::ListTransactions => "ListTransactions",
            Self::AllocateProducerIds => "AllocateProducerIds",
            Self::ConsumerGroupHeartbeat => "ConsumerGroupHeartbeat",
            Self::ConsumerGroupDescribe => "ConsumerGroupDescribe",
            Self::ControllerRegistration => "ControllerRegistration",
            Self::GetTelemetrySubscriptions => "GetTelemetrySubscriptions",
            Self::PushTelemetry => "PushTelemetry",
            Self::AssignReplicasToDirs => "AssignReplicasToDirs",
            Self::ListConfigResources => "ListConfigResources",
            Self::DescribeTopicPartitions => "DescribeTopicPartitions",
            Self::ShareGroupHeartbeat => "ShareGroupHeartbeat",
            Self::ShareGroupDescribe => "ShareGroupDescribe",
            Self::ShareFetch => "ShareFetch",
            Self::ShareAcknowledge => "ShareAcknowledge",
            Self::AddRaftVoter => "AddRaftVoter",
            Self::RemoveRaftVoter => "RemoveRaftVoter",
            Self::UpdateRaftVoter => "UpdateRaftVoter",
            Self::InitializeShareGroupState => "InitializeShareGroupState",
            Self::ReadShareGroupState => "ReadShareGroupState",
            Self::WriteShareGroupState => "WriteShareGroupState",
            Self::DeleteShareGroupState => "DeleteShareGroupState",
            Self::ReadShareGroupStateSummary => "ReadShareGroupStateSummary",
            Self::StreamsGroupHeartbeat => "StreamsGroupHeartbeat",
            Self::StreamsGroupDescribe => "StreamsGroupDescribe",
            Self::DescribeShareGroupOffsets => "DescribeShareGroupOffsets",
            Self::AlterShareGroupOffsets => "AlterShareGroupOffsets",
            Self::DeleteShareGroupOffsets => "DeleteShareGroupOffsets",
            Self::StreamsGroupTopologyDescriptionUpdate => "StreamsGroupTopologyDescriptionUpdate",
            Self::UnregisterController => "UnregisterController",
        }
    }

    /// Versions that Kafka's schemas define, the unstable newest one included.
    #[must_use]
    pub const fn versions(self) -> RangeInclusive<i16> {
        match self {
            Self::Produce => 3..=13,
            Self::Fetch => 4..=18,
            Self::ListOffsets => 1..=11,
            Self::Metadata => 0..=13,
            Self::OffsetCommit => 2..=10,
            Self::OffsetFetch => 1..=10,
            Self::FindCoordinator => 0..=6,
            Self::JoinGroup => 0..=9,
            Self::Heartbeat => 0..=4,
            Self::LeaveGroup => 0..=5,
            Self::SyncGroup => 0..=5,
            Self::DescribeGroups => 0..=6,
            Self::ListGroups => 0..=5,
            Self::SaslHandshake => 0..=1,
            Self::ApiVersions => 0..=5,
            Self::CreateTopics => 2..=7,
            Self::DeleteTopics => 1..=6,
            Self::DeleteRecords => 0..=2,
            Self::InitProducerId => 0..=6,
            Self::OffsetForLeaderEpoch => 2..=4,
            Self::AddPartitionsToTxn => 0..=5,
            Self::AddOffsetsToTxn => 0..=4,
            Self::EndTxn => 0..=5,
            Self::WriteTxnMarkers => 1..=2,
            Self::TxnOffsetCommit => 0..=6,
            Self::DescribeAcls => 1..=3,
            Self::CreateAcls => 1..=3,
            Self::DeleteAcls => 1..=3,
            Self::DescribeConfigs => 1..=4,
            Self::AlterConfigs => 0..=2,
            Self::AlterReplicaLogDirs => 1..=2,
            Self::DescribeLogDirs => 1..=5,
            Self::SaslAuthenticate => 0..=2,
            Self::CreatePartitions => 0..=3,
            Self::CreateDelegationToken => 1..=3,
            Self::RenewDelegationToken => 1..=2,
            Self::ExpireDelegationToken => 1..=2,
            Self::DescribeDelegationToken => 1..=3,
            Self::DeleteGroups => 0..=3,
            Self::ElectLeaders => 0..=2,
            Self::IncrementalAlterConfigs => 0..=1,
            Self::AlterPartitionReassignments => 0..=1,
            Self::ListPartitionReassignments => 0..=0,
            Self::OffsetDelete => 0..=0,
            Self::DescribeClientQuotas => 0..=1,
            Self::AlterClientQuotas => 0..=1,
            Self::DescribeUserScramCredentials => 0..=0,
            Self::AlterUserScramCredentials => 0..=0,
            Self::Vote => 0..=2,
            Self::BeginQuorumEpoch => 0..=1,
            Self::EndQuorumEpoch => 0..=1,
            Self::DescribeQuorum => 0..=2,
            Self::AlterPartition => 2..=3,
            Self::UpdateFeatures => 0..=2,
            Self::Envelope => 0..=0,
            Self::FetchSnapshot => 0..=1,
            Self::DescribeCluster => 0..=2,
            Self::DescribeProducers => 0..=0,
            Self::BrokerRegistration => 0..=4,
            Self::BrokerHeartbeat => 0..=2,
            Self::UnregisterBroker => 0..=0,
            Self::DescribeTransactions => 0..=0,
            Self::ListTransactions => 0..=2,
            Self::AllocateProducerIds => 0..=0,
            Self::ConsumerGroupHeartbeat => 0..=1,
            Self::ConsumerGroupDescribe => 0..=1,
            Self::ControllerRegistration => 0..=0,
            Self::GetTelemetrySubscriptions => 0..=0,
            Self::PushTelemetry => 0..=0,
            Self::AssignReplicasToDirs => 0..=0,
            Self::ListConfigResources => 0..=1,
            Self::DescribeTopicPartitions => 0..=0,
            Self::ShareGroupHeartbeat => 1..=1,
            Self::ShareGroupDescribe => 1..=1,
            Self::ShareFetch => 1..=2,
            Self::ShareAcknowledge => 1..=2,
            Self::AddRaftVoter => 0..=1,
            Self::RemoveRaftVoter => 0..=0,
            Self::UpdateRaftVoter => 0..=0,
            Self::InitializeShareGroupState => 0..=0,
            Self::ReadShareGroupState => 0..=0,
            Self::WriteShareGroupState => 0..=1,
            Self::DeleteShareGroupState => 0..=0,
            Self::ReadShareGroupStateSummary => 0..=1,
            Self::StreamsGroupHeartbeat => 0..=1,
            Self::StreamsGroupDescribe => 0..=1,
            Self::DescribeShareGroupOffsets => 0..=1,
            Self::AlterShareGroupOffsets => 0..=0,
            Self::DeleteShareGroupOffsets => 0..=0,
            Self::StreamsGroupTopologyDescriptionUpdate => 0..=0,
            Self::UnregisterController => 0..=0,
        }
    }

    /// First version with flexible encoding (KIP-482).
    #[must_use]
    pub const fn flexible_from(self) -> Option<i16> {
        match self {
            Self::Produce => Some(9),
            Self::Fetch => Some(12),
            Self::ListOffsets => Some(6),
            Self::Metadata => Some(9),
            Self::OffsetCommit => Some(8),
            Self::OffsetFetch => Some(6),
            Self::FindCoordinator => Some(3),
            Self::JoinGroup => Some(6),
            Self::Heartbeat => Some(4),
            Self::LeaveGroup => Some(4),
            Self::SyncGroup => Some(4),
            Self::DescribeGroups => Some(5),
            Self::ListGroups => Some(3),
            Self::SaslHandshake => None,
            Self::ApiVersions => Some(3),
            Self::CreateTopics => Some(5),
            Self::DeleteTopics => Some(4),
            Self::DeleteRecords => Some(2),
            Self::InitProducerId => Some(2),
            Self::OffsetForLeaderEpoch => Some(4),
            Self::AddPartitionsToTxn => Some(3),
            Self::AddOffsetsToTxn => Some(3),
            Self::EndTxn => Some(3),
            Self::WriteTxnMarkers => Some(1),
            Self::TxnOffsetCommit => Some(3),
            Self::DescribeAcls => Some(2),
            Self::CreateAcls => Some(2),
            Self::DeleteAcls => Some(2),
            Self::DescribeConfigs => Some(4),
            Self::AlterConfigs => Some(2),
            Self::AlterReplicaLogDirs => Some(2),
            Self::DescribeLogDirs => Some(2),
            Self::SaslAuthenticate => Some(2),
            Self::CreatePartitions => Some(2),
            Self::CreateDelegationToken => Some(2),
            Self::RenewDelegationToken => Some(2),
            Self::ExpireDelegationToken => Some(2),
            Self::DescribeDelegationToken => Some(2),
            Self::DeleteGroups => Some(2),
            Self::ElectLeaders => Some(2),
            Self::IncrementalAlterConfigs => Some(1),
            Self::AlterPartitionReassignments => Some(0),
            Self::ListPartitionReassignments => Some(0),
            Self::OffsetDelete => None,
            Self::DescribeClientQuotas => Some(1),
            Self::AlterClientQuotas => Some(1),
            Self::DescribeUserScramCredentials => Some(0),
            Self::AlterUserScramCredentials => Some(0),
            Self::Vote => Some(0),
            Self::BeginQuorumEpoch => Some(1),
            Self::EndQuorumEpoch => Some(1),
            Self::DescribeQuorum => Some(0),
            Self::AlterPartition => Some(0),
            Self::UpdateFeatures => Some(0),
            Self::Envelope => Some(0),
            Self::FetchSnapshot => Some(0),
            Self::DescribeCluster => Some(0),
            Self::DescribeProducers => Some(0),
            Self::BrokerRegistration => Some(0),
            Self::BrokerHeartbeat => Some(0),
            Self::UnregisterBroker => Some(0),
            Self::DescribeTransactions => Some(0),
            Self::ListTransactions => Some(0),
            Self::AllocateProducerIds => Some(0),
            Self::ConsumerGroupHeartbeat => Some(0),
            Self::ConsumerGroupDescribe => Some(0),
            Self::ControllerRegistration => Some(0),
            Self::GetTelemetrySubscriptions => Some(0),
            Self::PushTelemetry => Some(0),
            Self::AssignReplicasToDirs => Some(0),
            Self::ListConfigResources => Some(0),
            Self::DescribeTopicPartitions => Some(0),
            Self::ShareGroupHeartbeat => Some(0),
            Self::ShareGroupDescribe => Some(0),
            Self::ShareFetch => Some(0),
            Self::ShareAcknowledge => Some(0),
            Self::AddRaftVoter => Some(0),
            Self::RemoveRaftVoter => Some(0),
            Self::UpdateRaftVoter => Some(0),
            Self::InitializeShareGroupState => Some(0),
            Self::ReadShareGroupState => Some(0),
            Self::WriteShareGroupState => Some(0),
            Self::DeleteShareGroupState => Some(0),
            Self::ReadShareGroupStateSummary => Some(0),
            Self::StreamsGroupHeartbeat => Some(0),
            Self::StreamsGroupDescribe => Some(0),
            Self::DescribeShareGroupOffsets => Some(0),
            Self::AlterShareGroupOffsets => Some(0),
            Self::DeleteShareGroupOffsets => Some(0),
            Self::StreamsGroupTopologyDescriptionUpdate => Some(0),
            Self::UnregisterController => Some(0),
        }
    }

    /// Version of the request header.
    #[must_use]
    pub const fn request_header_version(self, version: i16) -> i16 {
        match self.flexible_from() {
            Some(from) if version >= from => 2,
            _ => 1,
        }
    }

    /// Version of the response header. That of ApiVersions stays 0: its reader does not know yet
    /// what the broker can do.
    #[must_use]
    pub const fn response_header_version(self, version: i16) -> i16 {
        match (self, self.flexible_from()) {
            (Self::ApiVersions, _) => 0,
            (_, Some(from)) if version >= from => 1,
            _ => 0,
        }
    }
}
