using System.Text;
using Touchline.Collectors;
using Touchline.Collectors.Probes;
using Touchline.Configuration.Probes;
using Touchline.Model;
using Touchline.Options;
using Touchline.Probes;

namespace Touchline.Api;

/// <summary><c>/probe?target=…&amp;module=…&amp;debug=true</c> as blackbox_exporter has it, so that its scrape configurations work with Touchline's address.</summary>
internal static class ProbeEndpoint
{
    private const string DefaultModule = "http_2xx";
    private const string Timeout = "X-Prometheus-Scrape-Timeout-Seconds";

    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head, HttpMethods.Post];

    public static void MapProbe(this WebApplication app)
    {
        var modules = app.Services.GetRequiredService<ProbeModules>();
        var runner = app.Services.GetRequiredService<ProbeRunner>();
        var offset = TimeSpan.FromMilliseconds(app.Services.GetRequiredService<ServerOptions>().ProbeTimeoutOffsetMs);
        app.MapMethods("/probe", Methods, context => ProbeAsync(context, modules, runner, offset)).WithMetadata(new HandlerName("/probe"));
    }

    private static async Task ProbeAsync(HttpContext context, ProbeModules modules, ProbeRunner runner, TimeSpan offset)
    {
        var query = context.Request.Query;
        var name = query["module"].ToString() is { Length: > 0 } given ? given : DefaultModule;
        if (!modules.TryGet(name, out var module))
        {
            await RefuseAsync(context, $"Unknown module {QuotedString.Of(name)}");
            return;
        }
        var target = query["target"].ToString();
        if (target.Length == 0)
        {
            await RefuseAsync(context, "Target parameter is missing");
            return;
        }
        if (ProbeTimeout.Of(context.Request.Headers[Timeout].ToString(), module, offset) is not { } timeout)
        {
            await RefuseAsync(context, "Failed to parse timeout from Prometheus header", StatusCodes.Status500InternalServerError);
            return;
        }
        if (!TryForHost(query["hostname"].ToString(), ref module, out var problem))
        {
            await RefuseAsync(context, problem);
            return;
        }
        var outcome = await runner.RunAsync(module, target, timeout, context.RequestAborted);
        if (query["debug"] == "true")
        {
            await WriteDebugAsync(context, module, outcome);
            return;
        }
        var format = context.Request.Headers.Accept.ToString().Contains("application/openmetrics-text", StringComparison.Ordinal)
            ? TextMetricFormat.OpenMetrics
            : TextMetricFormat.Prometheus;
        context.Response.ContentType = TextMetricWriter.ContentType(format);
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            Write(context.Response.BodyWriter, outcome, format);
            await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
        }
    }

    /// <summary>The host that a virtual server is asked for, where the target is its address.</summary>
    private static bool TryForHost(string hostname, ref ProbeModuleConfig module, out string problem)
    {
        problem = "";
        if (hostname.Length == 0)
        {
            return true;
        }
        if (module.Prober == ProberKind.Http)
        {
            if (module.Http.Headers.TryGetValue("Host", out var configured) && configured != hostname)
            {
                problem = $"host header defined both in module configuration ({configured}) and with URL-parameter 'hostname' ({hostname})";
                return false;
            }
            module = module with { Http = module.Http with { Headers = new Dictionary<string, string>(module.Http.Headers, StringComparer.OrdinalIgnoreCase) { ["Host"] = hostname } } };
        }
        else if (module.Prober == ProberKind.Tcp && string.IsNullOrEmpty(module.Tcp.TlsConfig.ServerName))
        {
            module = module with { Tcp = module.Tcp with { TlsConfig = module.Tcp.TlsConfig with { ServerName = hostname } } };
        }
        return true;
    }

    private static void Write(System.Buffers.IBufferWriter<byte> output, ProbeOutcome outcome, TextMetricFormat format)
    {
        var writer = new TextMetricWriter(output, format);
        outcome.Metrics.WriteTo(writer);
        writer.Complete();
    }

    private static async Task WriteDebugAsync(HttpContext context, ProbeModuleConfig module, ProbeOutcome outcome)
    {
        var body = context.Response.BodyWriter;
        context.Response.ContentType = "text/plain; charset=utf-8";
        Encoding.UTF8.GetBytes($"Logs for the probe:\n{outcome.Log}\n\n\nMetrics that would have been returned:\n", body);
        Write(body, outcome, TextMetricFormat.Prometheus);
        Encoding.UTF8.GetBytes($"\n\n\nModule configuration:\n{ProbeModuleWriter.ToYaml(module)}", body);
        await body.FlushAsync(context.RequestAborted);
    }

    private static Task RefuseAsync(HttpContext context, string message, int status = StatusCodes.Status400BadRequest)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        return context.Response.WriteAsync(message + "\n", context.RequestAborted);
    }
}
