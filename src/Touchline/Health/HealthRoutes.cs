using System.Buffers;
using System.Text;
using Touchline.Api;

namespace Touchline.Health;

/// <summary><c>/health/…</c> and <c>/status/…</c>: what was seen of services from outside, for programs and for people.</summary>
internal static class HealthRoutes
{
    private static readonly string[] GetOrHead = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>Beside everything else. <c>/status</c> itself is the page on Touchline there, so all services are at <c>/services</c>.</summary>
    public static void MapHealth(this WebApplication app)
    {
        var reader = app.Services.GetRequiredService<ServiceHealthReader>();
        MapServices(app, reader, onlyPublic: false);
        Map(app, "/services", context => WriteListAsync(context, reader, onlyPublic: false));
    }

    /// <summary>Alone, for the public.</summary>
    public static void MapPublicHealth(this WebApplication app, ServiceHealthReader reader)
    {
        MapServices(app, reader, onlyPublic: true);
        foreach (var path in (string[])["/", "/status", "/services"])
        {
            Map(app, path, context => WriteListAsync(context, reader, onlyPublic: true));
        }
    }

    private static void MapServices(WebApplication app, ServiceHealthReader reader, bool onlyPublic)
    {
        Map(app, "/health", context =>
        {
            var services = reader.All(onlyPublic, context.RequestAborted);
            Prepare(context, services.All(service => service.IsUp == true) ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable, "application/json");
            return WriteAsync(context, output => HealthJson.Write(output, services));
        });
        Map(app, "/health/{service}", context =>
        {
            if (Find(context, reader, onlyPublic) is not { } service)
            {
                Prepare(context, StatusCodes.Status404NotFound, "application/json");
                return WriteAsync(context, output => output.Write("{\"status\":\"error\",\"error\":\"there is no such service\"}"u8));
            }
            Prepare(context, service.IsUp == true ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable, "application/json");
            return WriteAsync(context, output => HealthJson.Write(output, service));
        });
        Map(app, "/status/{service}", context =>
        {
            var service = Find(context, reader, onlyPublic);
            Prepare(context, service is null ? StatusCodes.Status404NotFound : StatusCodes.Status200OK, "text/html; charset=utf-8");
            var now = context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
            var page = service is null ? StatusPage.Missing(context.Request.PathBase) : StatusPage.Service(service, context.Request.PathBase, now);
            return WriteAsync(context, output => Encoding.UTF8.GetBytes(page, output));
        });
    }

    private static Task WriteListAsync(HttpContext context, ServiceHealthReader reader, bool onlyPublic)
    {
        Prepare(context, StatusCodes.Status200OK, "text/html; charset=utf-8");
        var now = context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
        var page = StatusPage.List(reader.All(onlyPublic, context.RequestAborted), context.Request.PathBase, now);
        return WriteAsync(context, output => Encoding.UTF8.GetBytes(page, output));
    }

    private static ServiceHealth? Find(HttpContext context, ServiceHealthReader reader, bool onlyPublic) =>
        reader.Find((string)context.Request.RouteValues["service"]!, onlyPublic, context.RequestAborted);

    private static void Map(WebApplication app, string path, RequestDelegate handler) => app.MapMethods(path, GetOrHead, handler).WithMetadata(new HandlerName(path));

    private static void Prepare(HttpContext context, int status, string type)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        // The page has no scripts and loads nothing.
        context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'";
    }

    private static async Task WriteAsync(HttpContext context, Action<System.IO.Pipelines.PipeWriter> write)
    {
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            write(context.Response.BodyWriter);
            await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
        }
    }
}
