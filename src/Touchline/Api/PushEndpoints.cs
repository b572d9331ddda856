using Microsoft.AspNetCore.Http.Features;
using Touchline.Model;
using Touchline.Model.Protobuf;
using Touchline.Options;
using Touchline.Push;
using Touchline.Push.Groups;
using Touchline.Scraping.Families;

namespace Touchline.Api;

/// <summary>Pushgateway's API: <c>/metrics/job/…</c> takes pushes; statuses and texts are Pushgateway's.</summary>
internal sealed class PushEndpoints(ServerOptions options, PushOptions limits, PushGroups groups, PushBody bodies)
{
    private const string Prefix = "/metrics/";
    private const string Switch = "--web.enable-push-receiver";

    public static void Map(WebApplication app)
    {
        var endpoints = app.Services.GetRequiredService<PushEndpoints>();
        foreach (var job in (string[])["job", "job@base64"])
        {
            app.Map($"{Prefix}{job}/{{**rest}}", endpoints.HandleAsync).WithMetadata(new HandlerName("/metrics/job/*path"));
        }
    }

    private async Task HandleAsync(HttpContext context)
    {
        if (!options.EnablePushReceiver)
        {
            await PushBody.AnswerAsync(context, StatusCodes.Status404NotFound, $"pushes are not taken: start Touchline with {Switch}");
            return;
        }
        var method = context.Request.Method;
        if (!HttpMethods.IsPut(method) && !HttpMethods.IsPost(method) && !HttpMethods.IsDelete(method))
        {
            context.Response.Headers.Allow = "DELETE, POST, PUT";
            await PushBody.AnswerAsync(context, StatusCodes.Status405MethodNotAllowed, "Method Not Allowed");
            return;
        }
        if (!GroupingKey.TryParse(PathOf(context), out var key, out var error))
        {
            groups.CountRefused();
            await PushBody.AnswerAsync(context, StatusCodes.Status400BadRequest, error);
            return;
        }
        if (HttpMethods.IsDelete(method))
        {
            groups.Delete(key!);
            context.Response.StatusCode = StatusCodes.Status202Accepted;
            return;
        }
        await bodies.WithBodyAsync(context, "", body => PushAsync(context, key!, body, replace: HttpMethods.IsPut(method)));
    }

    private Task PushAsync(HttpContext context, GroupingKey key, ReadOnlyMemory<byte> body, bool replace)
    {
        string error;
        try
        {
            error = groups.Push(key, Families(context.Request.ContentType ?? "", body.Span), replace);
        }
        catch (Exception e) when (e is FamilyTextException or MalformedMessageException)
        {
            groups.CountRefused();
            error = e.Message;
        }
        return error.Length == 0 ? Task.CompletedTask : PushBody.AnswerAsync(context, StatusCodes.Status400BadRequest, error);
    }

    /// <summary>What is neither protobuf nor OpenMetrics is taken for the Prometheus text format, whatever it is called.</summary>
    private IReadOnlyList<MetricFamily> Families(string contentType, ReadOnlySpan<byte> body)
    {
        var mediaType = contentType.Split(';')[0].Trim();
        if (mediaType.Equals("application/vnd.google.protobuf", StringComparison.OrdinalIgnoreCase) && contentType.Contains("delimited", StringComparison.Ordinal))
        {
            var families = FamilyMessageReader.Read(body, limits.MaxEntries);
            return families.FirstOrDefault(family => !LabelNames.IsLegacyMetricName(family.Name)) is { } unnamed
                ? throw new MalformedMessageException($"invalid metric name {QuotedString.Of(unnamed.Name)}")
                : families;
        }
        return mediaType.Equals("application/openmetrics-text", StringComparison.OrdinalIgnoreCase)
            ? FamilyOpenMetrics.Parse(body, limits.MaxEntries)
            : FamilyTextParser.Parse(body, limits.MaxEntries);
    }

    /// <summary>
    /// What follows <c>/metrics/</c>, percent signs resolved once: the router leaves encoded slashes as they are, which Pushgateway takes for
    /// slashes.
    /// </summary>
    private static string PathOf(HttpContext context)
    {
        var raw = context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "";
        var query = raw.IndexOf('?', StringComparison.Ordinal);
        var path = Uri.UnescapeDataString(query < 0 ? raw : raw[..query]);
        var start = path.IndexOf(Prefix + "job", StringComparison.Ordinal);
        return start < 0 ? context.Request.Path.Value![Prefix.Length..] : path[(start + Prefix.Length)..];
    }

    /// <summary><c>GET /api/v1/metrics</c>: every group with its families.</summary>
    public async Task MetricsAsync(HttpContext context, ApiParameters parameters)
    {
        Allow();
        using var response = ApiResponse.Begin(context);
        var json = response.Json;
        json.WriteStartArray();
        foreach (var group in groups.Snapshot())
        {
            PushGroupJson.Write(json, group);
            await response.FlushAsync();
        }
        json.WriteEndArray();
        await response.FinishAsync();
    }

    /// <summary><c>PUT /api/v1/admin/wipe</c>: deletes every group.</summary>
    public Task WipeAsync(HttpContext context, ApiParameters parameters)
    {
        Allow();
        if (!options.EnableAdminApi)
        {
            throw new ApiException(ApiErrorType.Unavailable, "admin APIs disabled", StatusCodes.Status500InternalServerError);
        }
        groups.Wipe();
        context.Response.StatusCode = StatusCodes.Status202Accepted;
        return Task.CompletedTask;
    }

    private void Allow()
    {
        if (!options.EnablePushReceiver)
        {
            throw new ApiException(ApiErrorType.NotFound, $"pushes are not taken: start Touchline with {Switch}");
        }
    }
}
