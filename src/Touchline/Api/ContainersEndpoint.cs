using System.Text.Json;
using Touchline.Collectors.Containers;

namespace Touchline.Api;

/// <summary><c>containers</c>: what runs in containers and how those ended that do not. Touchline's own; described in docs/containers.md.</summary>
internal sealed class ContainersEndpoint(ContainerCollector containers)
{
    public async Task ContainersAsync(HttpContext context, ApiParameters parameters)
    {
        using var response = ApiResponse.Begin(context);
        var json = response.Json;
        json.WriteStartObject();
        json.WriteStartArray("containers"u8);
        foreach (var container in containers.Containers)
        {
            Write(json, container);
            await response.FlushAsync();
        }
        json.WriteEndArray();
        json.WriteEndObject();
        await response.FinishAsync();
    }

    private static void Write(Utf8JsonWriter json, ContainerSnapshot container)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, container.Id);
        json.WriteString("name"u8, container.Name);
        json.WriteString("image"u8, container.Image);
        json.WriteString("runtime"u8, container.Runtime);
        json.WriteString("state"u8, container.State.ToString().ToLowerInvariant());
        json.WriteString("cgroup"u8, container.CgroupPath);
        json.WriteNumber("restarts"u8, container.Restarts);
        WriteNumber(json, "exitCode", container.LastExitCode);
        json.WriteBoolean("oomKilled"u8, container.IsOomKilled);
        WriteNumber(json, "oomKills", container.OomKills);
        WriteTime(json, "startedAt", container.StartedAt);
        WriteTime(json, "finishedAt", container.FinishedAt);
        WriteNumber(json, "cpuCores", container.CpuCores);
        WriteNumber(json, "cpuLimitCores", container.CpuLimitCores);
        WriteNumber(json, "memoryBytes", container.MemoryBytes);
        WriteNumber(json, "memoryLimitBytes", container.MemoryLimitBytes);
        json.WriteStartArray("lastLines"u8);
        foreach (var line in container.LastLines)
        {
            json.WriteStringValue(line);
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number && double.IsFinite(number))
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static void WriteTime(Utf8JsonWriter json, string name, DateTimeOffset? time)
    {
        if (time is { } at)
        {
            json.WriteString(name, Timestamps.Rfc3339(at));
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
