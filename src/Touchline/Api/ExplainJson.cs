using System.Text.Json;
using Touchline.PromQL;

namespace Touchline.Api;

/// <summary>A plan with its cost as JSON, an operator inside the other. The fields are described in docs/queries.md.</summary>
internal static class ExplainJson
{
    public static void Write(Utf8JsonWriter json, ExplainedNode? node)
    {
        if (node is null)
        {
            json.WriteNullValue();
            return;
        }
        json.WriteStartObject();
        json.WriteString("operator"u8, node.Operator);
        json.WriteString("expr"u8, node.Expression);
        json.WriteNumber("steps"u8, node.Steps);
        json.WriteNumber("ms"u8, Math.Round(node.ElapsedMs, 3));
        json.WriteNumber("ownMs"u8, Math.Round(node.OwnMs, 3));
        json.WriteNumber("series"u8, node.Series);
        json.WriteNumber("points"u8, node.Points);
        json.WriteNumber("seriesRead"u8, node.SeriesRead);
        json.WriteNumber("samplesRead"u8, node.SamplesRead);
        json.WriteNumber("chunksDecoded"u8, node.ChunksDecoded);
        json.WriteStartArray("children"u8);
        foreach (var child in node.Children)
        {
            Write(json, child);
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
