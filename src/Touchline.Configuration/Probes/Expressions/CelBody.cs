using System.Text.Json;

namespace Touchline.Configuration.Probes.Expressions;

/// <summary>JSON as values of CEL: all numbers are doubles, as Go reads them.</summary>
internal static class CelBody
{
    /// <exception cref="JsonException">It is no JSON object, or one that is too large.</exception>
    public static IReadOnlyDictionary<string, object?> Parse(ReadOnlyMemory<byte> json, CancellationToken deadline)
    {
        if (json.Length > CelExpression.LargestBodyBytes)
        {
            throw new JsonException($"the body is larger than the {CelExpression.LargestBodyBytes} bytes that an expression may look at");
        }
        using var document = JsonDocument.Parse(json);
        return document.RootElement.ValueKind == JsonValueKind.Object
            ? (Dictionary<string, object?>)ValueOf(document.RootElement, deadline)!
            : throw new JsonException($"the body is a JSON {document.RootElement.ValueKind.ToString().ToLowerInvariant()} and no object");
    }

    private static object? ValueOf(JsonElement element, CancellationToken deadline)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                var members = new Dictionary<string, object?>(StringComparer.Ordinal);
                foreach (var member in element.EnumerateObject())
                {
                    // Of two with the same name the last stands.
                    members[member.Name] = ValueOf(member.Value, deadline);
                }
                return members;
            case JsonValueKind.Array:
                return new CelList([.. element.EnumerateArray().Select(item => ValueOf(item, deadline))], deadline);
            case JsonValueKind.String:
                return element.GetString();
            case JsonValueKind.Number:
                return double.IsFinite(element.GetDouble()) ? element.GetDouble() : throw new JsonException($"the number {element.GetRawText()} is too large");
            case JsonValueKind.True:
                return true;
            case JsonValueKind.False:
                return false;
            default:
                return null;
        }
    }
}
