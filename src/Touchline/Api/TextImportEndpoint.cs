using System.Globalization;
using Touchline.Model;
using Touchline.Options;
using Touchline.Push.Groups;
using Touchline.Push.Import;

namespace Touchline.Api;

/// <summary>
/// <c>POST /api/v1/import/prometheus</c> of VictoriaMetrics: samples in the Prometheus text format go straight into the store, with
/// <c>extra_label</c> and <c>timestamp</c>. With <c>/metrics/job/…</c> behind it, labels stand in the path as Pushgateway has them.
/// </summary>
internal sealed class TextImportEndpoint(ServerOptions options, TextImport import, PushBody bodies, TimeProvider time)
{
    private const string Path = "/api/v1/import/prometheus";
    private static readonly string[] PostOrPut = [HttpMethods.Post, HttpMethods.Put];

    public static void Map(WebApplication app)
    {
        var endpoint = app.Services.GetRequiredService<TextImportEndpoint>();
        app.MapMethods(Path, PostOrPut, endpoint.ImportAsync).WithMetadata(new HandlerName(Path));
        app.MapMethods(Path + "/metrics/{**group}", PostOrPut, endpoint.ImportAsync).WithMetadata(new HandlerName(Path));
    }

    private async Task ImportAsync(HttpContext context)
    {
        if (!options.EnablePushReceiver)
        {
            await PushBody.AnswerAsync(context, StatusCodes.Status404NotFound, "samples are not taken: start Touchline with --web.enable-push-receiver");
            return;
        }
        if (!TryReadParameters(context, out var labels, out var timestampMs, out var error))
        {
            await PushBody.AnswerAsync(context, StatusCodes.Status400BadRequest, error);
            return;
        }
        await bodies.WithBodyAsync(context, "cannot decode Prometheus text exposition data: ", body => AnswerAsync(context, import.Import(body.Span, labels, timestampMs)));
    }

    private bool TryReadParameters(HttpContext context, out List<Label> labels, out long timestampMs, out string error)
    {
        labels = [];
        timestampMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        if (context.Request.RouteValues["group"] is string group)
        {
            if (!GroupingKey.TryParse(group, out var key, out error))
            {
                return false;
            }
            labels.AddRange(key!.Labels);
        }
        foreach (var extra in context.Request.Query["extra_label"])
        {
            var equals = extra!.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                error = $"`extra_label` query arg must have the format `name=value`; got {QuotedString.Of(extra)}";
                return false;
            }
            labels.Add(new Label(extra[..equals], extra[(equals + 1)..]));
        }
        error = "";
        var timestamp = context.Request.Query["timestamp"].ToString();
        if (timestamp.Length > 0 && !long.TryParse(timestamp, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out timestampMs))
        {
            error = $"cannot parse `timestamp={timestamp}` query arg: expected milliseconds since 1970";
        }
        return error.Length == 0;
    }

    /// <summary>Nothing to say is 204, as VictoriaMetrics answers always; where lines were skipped, which ones. Where nothing was good it is an error.</summary>
    private static Task AnswerAsync(HttpContext context, in ImportResult result)
    {
        if (result.IsUnavailable)
        {
            context.Response.Headers.RetryAfter = "5";
            return PushBody.AnswerAsync(context, StatusCodes.Status503ServiceUnavailable, "storage refuses samples for now: the disk is full or cannot be written");
        }
        if (result.Refused == 0)
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        }
        var more = result.Refused > result.Errors.Count ? $"\n… and {result.Refused - result.Errors.Count} more" : "";
        var text = $"stored {result.Stored} samples, skipped {result.Refused} lines:\n{string.Join('\n', result.Errors)}{more}";
        return PushBody.AnswerAsync(context, result.Stored > 0 ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest, text);
    }
}
