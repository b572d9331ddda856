using Touchline.Configuration;
using Touchline.Hosting;
using Touchline.Options;

namespace Touchline.Api;

/// <summary><c>status/config</c> and <c>status/flags</c>: what a server or an agent was told.</summary>
internal sealed class ConfigurationEndpoints(ServerOptions options, RunningConfiguration configuration)
{
    public async Task ConfigAsync(HttpContext context, ApiParameters parameters)
    {
        using var response = ApiResponse.Begin(context);
        response.Json.WriteStartObject();
        response.Json.WriteString("yaml"u8, PrometheusConfigWriter.ToYaml(configuration.Current));
        response.Json.WriteEndObject();
        await response.FinishAsync();
    }

    public async Task FlagsAsync(HttpContext context, ApiParameters parameters)
    {
        using var response = ApiResponse.Begin(context);
        response.Json.WriteStartObject();
        foreach (var (name, value) in options.Flags)
        {
            response.Json.WriteString(name, value);
        }
        response.Json.WriteEndObject();
        await response.FinishAsync();
    }
}
