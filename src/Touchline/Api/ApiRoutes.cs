using Touchline.Model;
using Touchline.Options;

namespace Touchline.Api;

/// <summary>The HTTP API under <c>/api/v1</c>.</summary>
internal static class ApiRoutes
{
    private static readonly string[] Get = [HttpMethods.Get];
    private static readonly string[] GetOrPost = [HttpMethods.Get, HttpMethods.Post];
    private static readonly string[] PostOrPut = [HttpMethods.Post, HttpMethods.Put];

    private delegate Task Handler(HttpContext context, ApiParameters parameters);

    public static void MapApi(this WebApplication app)
    {
        var services = app.Services;
        var cors = services.GetRequiredService<ServerOptions>().CorsOrigin;
        var query = services.GetRequiredService<QueryEndpoints>();
        var series = services.GetRequiredService<SeriesEndpoints>();
        var targets = services.GetRequiredService<TargetEndpoints>();
        var status = services.GetRequiredService<StatusEndpoints>();
        var configuration = services.GetRequiredService<ConfigurationEndpoints>();

        Map("query", GetOrPost, query.QueryAsync);
        Map("query_range", GetOrPost, query.QueryRangeAsync);
        Map("query_exemplars", GetOrPost, services.GetRequiredService<ExemplarEndpoint>().QueryExemplarsAsync);
        Map("format_query", GetOrPost, query.FormatQueryAsync);
        Map("parse_query", GetOrPost, query.ParseQueryAsync);
        Map("series", GetOrPost, series.SeriesAsync);
        Map("labels", GetOrPost, series.LabelNamesAsync);
        Map("label/{name}/values", Get, series.LabelValuesAsync);
        Map("metadata", Get, series.MetadataAsync);
        Map("targets", Get, targets.TargetsAsync);
        Map("targets/metadata", Get, targets.MetadataAsync);
        Map("scrape_pools", Get, targets.ScrapePoolsAsync);
        Map("containers", Get, services.GetRequiredService<ContainersEndpoint>().ContainersAsync);
        Map("rules", Get, EmptyEndpoints.RulesAsync);
        Map("alerts", Get, EmptyEndpoints.AlertsAsync);
        Map("alertmanagers", Get, EmptyEndpoints.AlertmanagersAsync);
        Map("notifications", Get, EmptyEndpoints.NotificationsAsync);
        Map("status/config", Get, configuration.ConfigAsync);
        Map("status/flags", Get, configuration.FlagsAsync);
        Map("status/buildinfo", Get, status.BuildAsync);
        Map("status/runtimeinfo", Get, status.RuntimeAsync);
        Map("status/tsdb", Get, status.TsdbAsync);
        Map("status/unread_metrics", Get, services.GetRequiredService<UnreadMetricsEndpoint>().UnreadMetricsAsync);
        Map("status/cardinality", Get, services.GetRequiredService<CardinalityEndpoint>().CardinalityAsync);
        Map("status/remote_write", Get, services.GetRequiredService<RemoteWriteStatusEndpoint>().RemoteWriteAsync);
        Map("status/walreplay", Get, status.WalReplayAsync);
        var push = services.GetRequiredService<PushEndpoints>();
        Map("metrics", Get, push.MetricsAsync);
        Map("admin/wipe", [HttpMethods.Put], push.WipeAsync);
        var admin = services.GetRequiredService<AdminEndpoints>();
        Map("admin/tsdb/delete_series", PostOrPut, admin.DeleteSeriesAsync);
        Map("admin/tsdb/clean_tombstones", PostOrPut, admin.CleanTombstonesAsync);
        Map("admin/tsdb/snapshot", PostOrPut, admin.SnapshotAsync);

        void Map(string path, string[] methods, Handler handler)
        {
            var route = "/api/v1/" + path;
            app.MapMethods(route, methods, context => RunAsync(context, handler, cors)).WithMetadata(new HandlerName(route.Replace("{name}", ":name")));
            // Said here, because the router would look further for the other methods, and find what matches any path.
            app.Map(route, context =>
            {
                context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
                context.Response.Headers.Allow = string.Join(", ", methods.Append(HttpMethods.Options).Order(StringComparer.Ordinal));
                return Task.CompletedTask;
            }).WithMetadata(new HandlerName("/api/v1/*path"));
            app.MapMethods(route, [HttpMethods.Options], context =>
            {
                AllowOrigin(context, cors);
                context.Response.StatusCode = StatusCodes.Status204NoContent;
                return Task.CompletedTask;
            }).WithMetadata(new HandlerName("/api/v1/*path"));
        }
    }

    private static async Task RunAsync(HttpContext context, Handler handler, AnchoredRegex cors)
    {
        AllowOrigin(context, cors);
        try
        {
            await handler(context, await ApiParameters.ReadAsync(context));
        }
        catch (ApiException e)
        {
            await ApiResponse.WriteErrorAsync(context, e.Type, e.Message, e.Status);
        }
        catch (BadHttpRequestException e)
        {
            await ApiResponse.WriteErrorAsync(context, ApiErrorType.BadData, e.Message, e.StatusCode);
        }
        catch (OperationCanceledException)
        {
            // Nobody is there any more to read an answer, or the server ends; the status is for the figures.
            if (!context.Response.HasStarted)
            {
                context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            }
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            context.RequestServices.GetRequiredService<ILogger<HandlerName>>().LogError(e, "{Method} {Path} failed", context.Request.Method, context.Request.Path);
            await ApiResponse.WriteErrorAsync(context, ApiErrorType.Internal, $"internal error: {e.Message}");
        }
    }

    private static void AllowOrigin(HttpContext context, AnchoredRegex allowed)
    {
        var headers = context.Response.Headers;
        headers.Vary = "Origin";
        headers.XContentTypeOptions = "nosniff";
        if (context.Request.Headers.Origin is [{ Length: > 0 } origin] && allowed.IsMatch(origin))
        {
            headers.AccessControlAllowOrigin = origin;
            headers.AccessControlAllowMethods = "GET, POST, OPTIONS";
            headers.AccessControlAllowHeaders = "Accept, Authorization, Content-Type, Origin";
            headers.AccessControlExposeHeaders = "Date";
        }
    }
}
