using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace Touchline.Health;

/// <summary>What <c>/health/…</c> answers.</summary>
internal static class HealthJson
{
    public static void Write(IBufferWriter<byte> output, ServiceHealth service)
    {
        using var json = new Utf8JsonWriter(output);
        Write(json, service);
    }

    public static void Write(IBufferWriter<byte> output, IReadOnlyList<ServiceHealth> services)
    {
        using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        json.WriteBoolean("up", services.All(service => service.IsUp == true));
        json.WriteStartArray("services");
        foreach (var service in services)
        {
            Write(json, service);
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>The state in one word.</summary>
    public static string State(ServiceHealth service) => service.IsUp switch { true => "up", false => "down", null => "unknown" };

    private static void Write(Utf8JsonWriter json, ServiceHealth service)
    {
        json.WriteStartObject();
        json.WriteString("service", service.Name);
        json.WriteString("status", State(service));
        json.WriteBoolean("up", service.IsUp == true);
        WriteTime(json, "since", service.Since?.ToUnixTimeMilliseconds());
        var last = service.Incidents.Count > 0 ? service.Incidents[0] : (Incident?)null;
        json.WriteString("last_error", last?.Reason ?? "");
        WriteTime(json, "last_error_at", last?.FromMs);
        WriteRatio(json, "uptime_24h", service.Uptime24Hours);
        WriteRatio(json, "uptime_30d", service.Uptime30Days);
        json.WriteEndObject();
    }

    private static void WriteTime(Utf8JsonWriter json, string name, long? timeMs)
    {
        if (timeMs is null)
        {
            json.WriteNull(name);
            return;
        }
        json.WriteString(name, DateTimeOffset.FromUnixTimeMilliseconds(timeMs.Value).UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture));
    }

    private static void WriteRatio(Utf8JsonWriter json, string name, double? ratio)
    {
        if (ratio is null)
        {
            json.WriteNull(name);
            return;
        }
        json.WriteNumber(name, Math.Round(ratio.Value, 6));
    }
}
