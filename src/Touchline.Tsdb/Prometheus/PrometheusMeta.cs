using System.Text.Json;
using System.Text.Json.Serialization;
using Touchline.Tsdb.Files;

namespace Touchline.Tsdb.Prometheus;

/// <summary>The meta.json of a Prometheus block. Times in ms, the last one exclusive.</summary>
internal sealed record PrometheusMeta
{
    public const string FromOutOfOrder = "from-out-of-order";

    public required string Ulid { get; init; }

    public required long MinTime { get; init; }

    public required long MaxTime { get; init; }

    public BlockStats Stats { get; init; } = new();

    public int Version { get; init; } = 1;

    public CompactionSteps Compaction { get; init; } = new();

    /// <summary>Whether the block holds samples that came out of order: then it says nothing about how far the head was cut.</summary>
    [JsonIgnore]
    public bool IsOutOfOrder => Compaction.Hints?.Contains(FromOutOfOrder) == true;

    /// <exception cref="CorruptDataException">The text is no meta.json of a version that is known.</exception>
    public static PrometheusMeta FromJson(byte[] json)
    {
        try
        {
            var meta = JsonSerializer.Deserialize(json, PrometheusMetaJson.Default.PrometheusMeta) ?? throw new CorruptDataException("it is empty");
            return meta.Version == 1
                ? meta
                : throw new CorruptDataException($"its version {meta.Version} is unknown to this program, which knows 1");
        }
        catch (JsonException e)
        {
            throw new CorruptDataException($"it is not valid: {e.Message}");
        }
    }

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, PrometheusMetaJson.Default.PrometheusMeta);

    internal sealed record BlockStats
    {
        public long NumSamples { get; init; }

        public long NumFloatSamples { get; init; }

        public long NumHistogramSamples { get; init; }

        public long NumSeries { get; init; }

        public long NumChunks { get; init; }
    }

    internal sealed record CompactionSteps
    {
        public int Level { get; init; } = 1;

        public IReadOnlyList<string>? Sources { get; init; }

        public IReadOnlyList<string>? Hints { get; init; }
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PrometheusMeta))]
internal sealed partial class PrometheusMetaJson : JsonSerializerContext;
