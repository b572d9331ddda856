using System.Text.Json;
using System.Text.Json.Serialization;
using Touchline.Configuration;
using Touchline.Model;

namespace Touchline.Scraping.Loops;

/// <summary>
/// Tells whether two configurations of a job ask for the same scraping, by content. Held in memory only, because it contains secrets.
/// </summary>
internal static class LoopSettings
{
    private static readonly JsonSerializerOptions Options = new() { Converters = { new PatternConverter(), new LabelsConverter() } };

    /// <summary>All that a running loop depends on beside its target: what only decides which targets there are is left out.</summary>
    public static string Of(ScrapeConfig config) => JsonSerializer.Serialize(
        config with
        {
            StaticConfigs = [],
            FileDiscoveryConfigs = [],
            HttpDiscoveryConfigs = [],
            DnsDiscoveryConfigs = [],
            DockerDiscoveryConfigs = [],
            DockerSwarmDiscoveryConfigs = [],
            Ec2DiscoveryConfigs = [],
            ConsulDiscoveryConfigs = [],
            KubernetesDiscoveryConfigs = [],
            RelabelConfigs = [],
            TargetLimit = 0,
            KeepDroppedTargets = 0,
            // These reach the loop through the target's labels.
            ScrapeIntervalMs = 0,
            ScrapeTimeoutMs = 0,
        },
        Options);

    private sealed class PatternConverter : JsonConverter<AnchoredRegex>
    {
        public override AnchoredRegex Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) => throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, AnchoredRegex value, JsonSerializerOptions options) => writer.WriteStringValue(value.Pattern);
    }

    private sealed class LabelsConverter : JsonConverter<Labels>
    {
        public override Labels Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) => throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, Labels value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
    }
}
